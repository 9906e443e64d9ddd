import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stopBudgetMs as analytics } from '../../services/analytics/src/service.ts'
import { stopBudgetMs as automation } from '../../services/automation/src/service.ts'
import { stopBudgetMs as gateway } from '../../services/gateway/src/service.ts'
import { stopBudgetMs as inbox } from '../../services/inbox/src/service.ts'
import { stopBudgetMs as ingest } from '../../services/ingest/src/service.ts'
import { stopBudgetMs as media } from '../../services/media/src/service.ts'
import { stopBudgetMs as tenancy } from '../../services/tenancy/src/service.ts'
import { repositoryRoot } from '../servers/tools-folder.ts'
import { profiles } from './chart.ts'
import { helm, ourPods, rendered } from './rendered.ts'

const main = readFileSync(join(repositoryRoot, 'services/dispatcher/src/main.ts'), 'utf8')
const dispatcher = Number(/budgetMs: ([\d_]+)/.exec(main)?.[1]?.replaceAll('_', ''))
const budgets = { analytics, automation, dispatcher, gateway, inbox, ingest, media, tenancy }

describe.if(helm !== undefined).each([...profiles])('values-%s', (profile) => {
  test('O2: every role has startup, liveness and readiness probes on a port that it has', async () => {
    for (const { spec } of (await rendered(profile)).of('Deployment')) {
      const [container] = spec.template.spec.containers
      const ports = container.ports.map(({ name }: { name: string }) => name)
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const { httpGet, tcpSocket } = container[probe]
        expect(ports).toContain((httpGet ?? tcpSocket).port)
      }
      if (!ports.includes('admin')) continue
      expect(container.startupProbe.httpGet.path).toBe('/startupz')
      expect(container.livenessProbe.httpGet.path).toBe('/livez')
      expect(container.readinessProbe.httpGet.path).toBe('/readyz')
    }
  })

  test('every pod of ours runs as nobody, cannot write, has no rights and no token', async () => {
    for (const { role, pod } of ourPods(await rendered(profile))) {
      const { spec } = pod
      expect({ role, token: spec.automountServiceAccountToken }).toEqual({ role, token: false })
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      for (const container of spec.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        expect(container.resources.limits.memory).toBeString()
        expect(container.resources.requests.cpu).toBeString()
      }
    }
  })

  test('a pod has longer to stop than its role needs', async () => {
    const pods = ourPods(await rendered(profile))
    for (const [role, budgetMs] of Object.entries(budgets)) {
      const { spec } = pods.find((each) => each.role === role)?.pod ?? {}
      expect(spec.terminationGracePeriodSeconds * 1000).toBeGreaterThanOrEqual(budgetMs + 2_000)
    }
  })

  test('gRPC services are headless: their clients balance for themselves', async () => {
    for (const { spec } of (await rendered(profile)).of('Service')) {
      const hasGrpc = spec.ports.some(({ name }: { name: string }) => name === 'grpc')
      if (hasGrpc) expect(spec.clusterIP).toBe('None')
    }
  })

  test('every object is of this release and says what it is part of', async () => {
    for (const { kind, metadata } of (await rendered(profile)).all) {
      expect(metadata.name).toStartWith('palomar')
      expect({ kind, labels: metadata.labels }).toMatchObject({
        kind,
        labels: { 'app.kubernetes.io/instance': 'palomar', 'app.kubernetes.io/part-of': 'palomar' },
      })
    }
  })
})
