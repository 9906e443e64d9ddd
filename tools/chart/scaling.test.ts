import { describe, expect, test } from 'bun:test'
import { durables, services } from '@palomar/contracts'
import { type Manifest, profiles } from './chart.ts'
import { helm, refusal, rendered } from './rendered.ts'

const nameOf = ({ metadata }: Manifest): string => metadata.name.replace('palomar-', '')

describe.if(helm !== undefined).each([...profiles])('O12: values-%s', (profile) => {
  test('a role has replicas of its own or a scaler, never both', async () => {
    for (const engine of ['none', 'hpa', 'keda']) {
      const url = 'autoscaling.keda.prometheusUrl=http://prometheus:9090'
      const room = ['database.connectionsMax=900', 'roles.media.autoscaling.max=0', 'roles.media.replicas=1']
      const chart = await rendered(profile, [`autoscaling.engine=${engine}`, url, ...room])
      const scaled = [...chart.of('HorizontalPodAutoscaler'), ...chart.of('ScaledObject')].map(nameOf)
      expect(scaled.length > 0).toBe(engine !== 'none')
      expect(new Set(scaled).size).toBe(scaled.length)
      for (const deployment of chart.of('Deployment'))
        expect({ name: nameOf(deployment), fixed: 'replicas' in deployment.spec }).toEqual({
          name: nameOf(deployment),
          fixed: !scaled.includes(nameOf(deployment)),
        })
    }
  })
})

test.if(helm !== undefined)(
  'CONTRACTS 38: consumers scale by the age of their oldest event, with the lag in batches beside it',
  async () => {
    const chart = await rendered('ha')
    for (const role of ['ingest', 'inbox', 'analytics', 'media', 'automation']) {
      const { spec } = chart.one('ScaledObject', role)
      const [, age] = spec.triggers.filter(({ type }: Manifest) => type !== 'nats-jetstream')
      expect(age.metadata).toMatchObject({
        threshold: '2',
        serverAddress: 'http://prometheus-operated.monitoring:9090',
      })
      expect(age.metadata.query).toBe(
        `max(bus_consumer_oldest_age_seconds{namespace="palomar",durable=~"${role}-.+"})`,
      )
      const lags = spec.triggers.filter(({ type }: Manifest) => type === 'nats-jetstream')
      expect(lags.length).toBeGreaterThan(0)
      for (const { metadata } of lags) {
        const known = Object.values(durables).find(({ name }) => name === metadata.consumer)
        expect([known?.service, known?.stream]).toEqual([role as never, metadata.stream])
        for (const value of Object.values(metadata)) expect(value).toBeString()
      }
      expect(spec.fallback.replicas).toBeGreaterThanOrEqual(spec.minReplicaCount)
    }
  },
)

test.if(helm !== undefined)(
  'CONTRACTS 38: gateway and tenancy scale by CPU; there are always two dispatchers',
  async () => {
    const chart = await rendered('ha')
    for (const role of ['gateway', 'tenancy']) {
      const { spec } = chart.one('HorizontalPodAutoscaler', role)
      expect(spec.metrics[0].resource.target.averageUtilization).toBe(70)
    }
    const { spec } = chart.one('ScaledObject', 'dispatcher')
    expect(spec.minReplicaCount).toBe(2)
    const [cpu, demand] = spec.triggers
    expect(cpu.type).toBe('cpu')
    expect(demand).toMatchObject({ type: 'prometheus', metricType: 'AverageValue' })
    expect(demand.metadata).toMatchObject({
      query: 'sum(palomar_dispatcher_queue_sendable_messages{namespace="palomar"})',
      threshold: '1000',
    })
    expect(await refusal('ha', ['roles.dispatcher.autoscaling.min=1'])).toContain('must be 2 or more')
  },
)

test.if(helm !== undefined)(
  'CONTRACTS 38: a chart whose replicas could exhaust Postgres is refused',
  async () => {
    expect(await refusal('ha', ['roles.inbox.autoscaling.max=60'])).toMatch(
      /could open \d+ connections to Postgres .* but 480 are free/,
    )
  },
)

test.if(helm !== undefined)(
  'CONTRACTS 38: what several replicas need for nodes to be drained one by one',
  async () => {
    const chart = await rendered('ha')
    expect(chart.of('PodDisruptionBudget').map(nameOf).sort()).toEqual([...services, 'dashboard'].sort())
    expect((await rendered('minimal')).of('PodDisruptionBudget')).toEqual([])
  },
)
