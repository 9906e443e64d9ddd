import { expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { event, nameOf, provisionedNats, quick } from './fixture.ts'
import { publishThroughKills } from './outage.ts'
import { raw } from './raw.ts'

const { nats, connect, empty } = await provisionedNats()

test('DESIGN 3: NATS killed -9 three times under load, everything that was accepted is stored', async () => {
  const bus = await connect()
  const { accepted, stored } = await publishThroughKills(nats, bus, {
    callers: 32,
    kills: 3,
    acceptedBetween: 200,
    awayMs: 50,
  })
  const there = new Set(stored)
  expect([...accepted].filter((name) => !there.has(name))).toEqual([])
  expect(accepted.size).toBeGreaterThanOrEqual(800)
}, 60_000)

test('a consumer lives through the same: everything that was accepted is handled, and nothing becomes a dead letter', async () => {
  await empty()
  const bus = await connect()
  const handled = new Set<string>()
  const consumer = await bus.consume(
    areas.tenancy,
    durables.ingestTenancy,
    async (events) => {
      for (const { event: e } of events) handled.add(nameOf(e))
      return events.map(() => 'ok' as const)
    },
    { timing: quick },
  )
  const { accepted } = await publishThroughKills(nats, await connect(), {
    callers: 32,
    kills: 3,
    acceptedBetween: 200,
    awayMs: 50,
  })
  await eventually(() => expect([...accepted].filter((name) => !handled.has(name))).toEqual([]), {
    timeoutMs: 40_000,
  })
  expect((await bus.dead.list()).letters).toEqual([])
  await consumer.stop()
}, 60_000)

test('CONTRACTS 2: a full stream refuses with `unavailable`, and takes again without a restart once there is room', async () => {
  const bus = await connect()
  const publisher = bus.publisher(areas.tenancy)
  const { nc, jsm } = await raw(nats.url)
  const { config } = await jsm.streams.info('TENANCY')
  const { state } = await jsm.streams.info('TENANCY')
  await jsm.streams.update('TENANCY', { ...config, max_bytes: state.bytes + 10_000 })
  const refusal = await eventually(async () => {
    const outcome = await publisher.publish([event('x'.repeat(3_000))]).catch((error) => error)
    expect(outcome?.code).toBe('unavailable')
    return outcome
  })
  expect(refusal.message).toContain('maximum bytes exceeded')
  await jsm.streams.purge('TENANCY')
  await publisher.publish([event('x'.repeat(3_000))])
  expect((await jsm.streams.info('TENANCY')).state.messages).toBe(1)
  await jsm.streams.update('TENANCY', config)
  await nc.close()
})

test('a server that is frozen, not dead, costs its callers a time-out, and is used again when it thaws', async () => {
  const bus = await connect()
  const publisher = bus.publisher(areas.dispatch, { timeoutMs: 300 })
  const publish = () => publisher.publish([{ header: event('x').header, payload: undefined }])
  nats.freeze()
  // It may still take one on its way to standing still.
  await eventually(async () => expect((await publish().catch((error) => error))?.code).toBe('unavailable'))
  const { events } = publisher.stats()
  nats.thaw()
  await eventually(publish)
  expect(publisher.stats().events).toBe(events + 1)
})
