/** `bun test ./packages/bus/test/nightly/outage.nightly.ts`: NATS away for a minute under load. */
import { expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { nameOf, provisionedNats, quick } from '../fixture.ts'
import { publishThroughKills } from '../outage.ts'

const { nats, connect } = await provisionedNats()

test('R1: NATS killed -9 and away for 60 s under load: everything accepted is stored, then handled', async () => {
  const bus = await connect()
  const { accepted, refused, stored } = await publishThroughKills(nats, bus, {
    callers: 64,
    kills: 1,
    acceptedBetween: 5_000,
    awayMs: 60_000,
  })
  const there = new Set(stored)
  expect([...accepted].filter((name) => !there.has(name))).toEqual([])
  expect(refused).toBeGreaterThan(0)
  const handled = new Set<string>()
  await bus.consume(
    areas.tenancy,
    durables.ingestTenancy,
    async (events) => {
      for (const { event } of events) handled.add(nameOf(event))
      return events.map(() => 'ok' as const)
    },
    { timing: quick },
  )
  await eventually(() => expect([...accepted].filter((name) => !handled.has(name))).toEqual([]), {
    timeoutMs: 60_000,
  })
}, 240_000)

test('R1: killed twenty times in a row', async () => {
  const bus = await connect()
  const { accepted, stored } = await publishThroughKills(nats, bus, {
    callers: 64,
    kills: 20,
    acceptedBetween: 500,
    awayMs: 100,
  })
  const there = new Set(stored)
  expect([...accepted].filter((name) => !there.has(name))).toEqual([])
}, 240_000)
