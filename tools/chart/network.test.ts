import { expect, test } from 'bun:test'
import { rpcAccess, services } from '@palomar/contracts'
import { type Manifest, profiles } from './chart.ts'
import { environments } from './environments.ts'
import { helm, type Rendered, rendered } from './rendered.ts'

/** Callee → the services whose configuration wants its address. */
function addressesWanted(): Record<string, string[]> {
  const callers: Record<string, string[]> = Object.fromEntries(services.map((name) => [name, []]))
  for (const caller of services) {
    for (const name of environments[caller]?.known ?? []) {
      const callee = /^([A-Z]+)_ADDRESS$/.exec(name)?.[1]?.toLowerCase()
      if (callee) callers[callee]?.push(caller)
    }
  }
  return callers
}

const componentOf = (peer: Manifest): string => peer.podSelector.matchLabels['app.kubernetes.io/component']

/** Roles let in on a port of a role. */
function letIn(chart: Rendered, role: string, port: string): string[] {
  const rules: Manifest[] = chart.one('NetworkPolicy', role).spec.ingress ?? []
  return rules
    .filter(({ ports }) => ports.some((each: Manifest) => each.port === port))
    .flatMap(({ from = [] }) => from.filter((peer: Manifest) => peer.podSelector).map(componentOf))
    .sort()
}

test.if(helm !== undefined).each([...profiles])(
  'O12: values-%s: gRPC is open to exactly the services that are configured to call',
  async (profile) => {
    const chart = await rendered(profile)
    for (const [callee, callers] of Object.entries(addressesWanted()))
      expect({ callee, callers: letIn(chart, callee, 'grpc') }).toEqual({ callee, callers: callers.sort() })
  },
)

test.if(helm !== undefined)('each way in has its way out, and the other way round', async () => {
  const chart = await rendered('ha')
  for (const policy of chart.of('NetworkPolicy').filter(({ metadata }) => metadata.name !== 'palomar-jobs')) {
    const role = componentOf(policy.spec)
    const out: string[] = (policy.spec.egress as Manifest[])
      .filter(({ ports }) => ports[0].port === 50051)
      .flatMap(({ to = [] }) => to)
      .filter((peer: Manifest) => peer.podSelector)
      .map(componentOf)
    const whoLetsIn = services.filter((callee) => letIn(chart, callee, 'grpc').includes(role))
    expect({ role, out: out.filter((callee) => whoLetsIn.includes(callee as never)).sort() }).toEqual({
      role,
      out: [...whoLetsIn].sort(),
    })
  }
})

test.if(helm !== undefined)(
  'no call that the contracts allow a service, and that it makes, is shut out',
  async () => {
    const chart = await rendered('ha')
    const wanted = addressesWanted()
    for (const [path, { services: callers }] of Object.entries(rpcAccess)) {
      const callee = path.split('.')[1] ?? ''
      for (const caller of callers)
        if (wanted[callee]?.includes(caller)) expect(letIn(chart, callee, 'grpc')).toContain(caller)
    }
  },
)

test.if(helm !== undefined)(
  'only those who talk to Meta or to addresses of companies reach the internet, and no private network',
  async () => {
    const chart = await rendered('ha')
    const roles = chart.of('NetworkPolicy').flatMap((policy) => {
      const blocks = (policy.spec.egress as Manifest[])
        .flatMap(({ to = [] }) => to)
        .filter((peer) => peer.ipBlock)
      for (const { ipBlock } of blocks) expect(ipBlock.except).toContain('169.254.0.0/16')
      return blocks.length > 0 ? [componentOf(policy.spec)] : []
    })
    expect(roles.sort()).toEqual(['automation', 'dispatcher', 'media'])
  },
)

test.if(helm !== undefined)('an evaluation’s data stores are open to this release alone', async () => {
  const chart = await rendered('evaluation')
  for (const store of ['postgres', 'nats', 'redis']) {
    const [rule] = chart.one('NetworkPolicy', store).spec.ingress
    expect(rule.from).toEqual([
      {
        podSelector: {
          matchLabels: { 'app.kubernetes.io/instance': 'palomar', 'app.kubernetes.io/part-of': 'palomar' },
        },
      },
    ])
  }
})
