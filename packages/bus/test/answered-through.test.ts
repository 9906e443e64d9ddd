import { expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { event, provisionedNats } from './fixture.ts'

const { connect } = await provisionedNats()
const bus = await connect()
const publish = (name: string) => bus.publisher(areas.tenancy).publish([event(name)])

test('what waits and is not in hand was never answered, however lately it was seen; what was published before a look is in it or after it', async () => {
  const release = Promise.withResolvers<void>()
  const consumer = await bus.consume(areas.tenancy, durables.ingestTenancy, async (events) => {
    await release.promise
    return events.map(() => 'ok' as const)
  })
  const through = async () => (await consumer.state()).answeredThrough ?? 0

  const beforeFirst = Date.now()
  await publish('first')
  // In hand: answered is what the stream had before it.
  await eventually(async () => expect((await consumer.state()).ackPending).toBe(1))
  expect(await through()).toBeLessThan(Date.now())
  release.resolve()
  await eventually(async () => expect(await through()).toBeGreaterThan(beforeFirst))
  await eventually(async () => expect((await consumer.state()).ackPending).toBe(0))
  const atRest = await through()

  await consumer.stop()
  const beforeSecond = Date.now()
  await publish('second')
  const state = await consumer.state()
  expect(state.pending + state.ackPending).toBe(1)
  expect(state.answeredThrough).toBeGreaterThanOrEqual(atRest)
  expect(state.answeredThrough).toBeLessThanOrEqual(beforeSecond)
})
