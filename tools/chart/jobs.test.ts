import { expect, test } from 'bun:test'
import { helm, refusal, rendered } from './rendered.ts'

const hook = 'helm.sh/hook'
const weight = 'helm.sh/hook-weight'

test.if(helm !== undefined)(
  'O7: roles, then migrations, then streams, all before the first new pod',
  async () => {
    const jobs = (await rendered('ha')).of('Job')
    for (const { metadata } of jobs) expect(metadata.annotations[hook]).toBe('pre-install,pre-upgrade')
    const order = jobs.toSorted(
      (a, b) => Number(a.metadata.annotations[weight]) - Number(b.metadata.annotations[weight]),
    )
    expect(order.map(({ metadata }) => metadata.name)).toEqual([
      'palomar-provision-database',
      'palomar-migrate',
      'palomar-provision-nats',
    ])
  },
)

test.if(helm !== undefined)('a hook needs nothing that is installed after it', async () => {
  const chart = await rendered('ha')
  for (const { spec } of chart.of('Job')) expect(spec.template.spec.serviceAccountName).toBeUndefined()
  const policy = chart.one('NetworkPolicy', 'jobs')
  expect(policy.metadata.annotations[hook]).toBe('pre-install,pre-upgrade')
  expect(Number(policy.metadata.annotations[weight])).toBeLessThan(-20)
})

test.if(helm !== undefined)(
  'where the data stores are part of the release the jobs run beside them, a new one per revision',
  async () => {
    const jobs = (await rendered('evaluation')).of('Job')
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual([
      'palomar-provision-database-1',
      'palomar-migrate-1',
      'palomar-provision-nats-1',
    ])
    for (const { metadata } of jobs) expect(metadata.annotations).toBeUndefined()
    expect(await refusal('evaluation', ['jobs.asHooks=true'])).toContain('a hook would wait for data stores')
  },
)

test.if(helm !== undefined)('three copies of each stream in a cluster', async () => {
  const { spec } = (await rendered('ha')).one('Job', 'provision-nats')
  expect(spec.template.spec.containers[0].env).toContainEqual({ name: 'NATS_REPLICAS', value: '3' })
})
