import { expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { event, nameOf, provisionedNats, quick } from './fixture.ts'

const { connect } = await provisionedNats()

test('what was published reaches each durable of the stream once', async () => {
  const bus = await connect()
  const stops: { stop(): Promise<void> }[] = []
  const seen: Record<string, string[]> = { ingest: [], inbox: [], dispatcher: [] }
  for (const [key, durable] of [
    ['ingest', durables.ingestTenancy],
    ['inbox', durables.inboxTenancy],
    ['dispatcher', durables.dispatcherTenancy],
  ] as const) {
    const c = await bus.consume(areas.tenancy, durable, async (events) => {
      for (const e of events) seen[key]?.push(nameOf(e.event))
      return events.map(() => 'ok' as const)
    })
    stops.push(c)
  }
  await Promise.all(['a', 'b', 'c'].map((n) => bus.publisher(areas.tenancy).publish([event(n)])))
  await eventually(() => {
    expect(seen.ingest).toEqual(['a', 'b', 'c'])
    expect(seen.inbox).toEqual(['a', 'b', 'c'])
    expect(seen.dispatcher).toEqual(['a', 'b', 'c'])
  })
  for (const s of stops) await s.stop()
  console.log(bus.publisher(areas.tenancy).stats())
})

test('a retry comes back', async () => {
  const bus = await connect()
  const tries: number[] = []
  await bus.consume(
    areas.tenancy,
    durables.ingestTenancy,
    async (events) =>
      events.map((e) => {
        tries.push(e.tries)
        return e.tries < 3 ? { retry: { reason: 'x' } } : 'ok'
      }),
    { timing: quick },
  )
  await bus.publisher(areas.tenancy).publish([event('r')])
  await eventually(() => expect(tries).toEqual([0, 1, 2, 3]))
})
