import { expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { createMetrics } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { event, provisionedNats, quick } from './fixture.ts'
import { raw } from './raw.ts'

const { nats, connect } = await provisionedNats()

test('O3: age and number of what waits, how full a stream is, and what became of each event', async () => {
  const metrics = createMetrics({ service: 't', processMetrics: false })
  const bus = await connect({ metrics })
  const metricOf = async (name: string, labels: string) => {
    const line = (await metrics.text()).split('\n').find((l) => l.startsWith(`${name}{${labels}`))
    return line === undefined ? undefined : Number(line.split(' ').at(-1))
  }
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const consumer = await bus.consume(
    areas.tenancy,
    durables.ingestTenancy,
    async (events) => {
      await gate
      return events.map(({ event: e }) =>
        e.header?.id === event('bad').header?.id ? { dead: { reason: 'x' } } : 'ok',
      )
    },
    { timing: quick, prefetch: 1 },
  )
  for (const name of ['a', 'bad', 'c', 'd']) await bus.publisher(areas.tenancy).publish([event(name)])
  const { nc, jsm } = await raw(nats.url)
  const { config } = await jsm.streams.info('TENANCY')
  const durable = 'durable="ingest-tenancy"'
  await eventually(async () => {
    expect(await metricOf('bus_consumer_ack_pending', durable)).toBe(1)
    expect(await metricOf('bus_consumer_pending', durable)).toBe(3)
    expect(await metricOf('bus_consumer_oldest_age_seconds', durable)).toBeGreaterThan(0)
  })
  await jsm.streams.update('TENANCY', { ...config, max_bytes: 1_000 })
  const fill = await metricOf('bus_stream_fill_ratio', 'stream="TENANCY"')
  expect(fill).toBeGreaterThan(0.1)
  expect(fill).toBeLessThan(1)
  open()
  await eventually(async () => {
    expect(await metricOf('bus_consumer_ack_pending', durable)).toBe(0)
    expect(await metricOf('bus_consumer_oldest_age_seconds', durable)).toBe(0)
  })
  expect(await metricOf('bus_consumed_events_total', `${durable},answer="ok"`)).toBe(3)
  expect(await metricOf('bus_consumed_events_total', `${durable},answer="dead"`)).toBe(1)
  await jsm.streams.update('TENANCY', config)
  await nc.close()
  await consumer.stop()
})
