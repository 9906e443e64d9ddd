import { afterEach, describe, expect, test } from 'bun:test'
import { areas, durables } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import type { Answer, Consumer, Delivered } from '../src/index.ts'
import { event, nameOf, provisionedNats, quick, type TenancyEvent } from './fixture.ts'

const { connect, empty } = await provisionedNats()
const bus = await connect()
const running: Consumer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()))
  await empty()
})

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `fact ${from + n}`)
const handOver = (facts: readonly string[], durable = durables.ingestTenancy) =>
  bus.handOver(
    areas.tenancy,
    durable,
    facts.map((name) => event(name)),
  )

/** Every call of the handler, by the names it got. */
async function consume(
  answer: (delivered: Delivered<TenancyEvent>) => Answer | Promise<Answer> = () => 'ok',
  durable = durables.ingestTenancy,
  probe = async () => true,
) {
  const calls: string[][] = []
  const consumer = await bus.consume(
    areas.tenancy,
    durable,
    async (events) => {
      calls.push(events.map(({ event: e }) => nameOf(e)))
      const answers: Answer[] = []
      for (const delivered of events) answers.push(await answer(delivered))
      return answers
    },
    { timing: quick, probe },
  )
  running.push(consumer)
  return { calls, heard: () => calls.flat().sort() }
}

describe('CONTRACTS 2: facts handed to one durable alone', () => {
  test('come in batches to that durable, and no other hears of them', async () => {
    const ingest = await consume()
    const inbox = await consume(undefined, durables.inboxTenancy)
    const facts = names(0, 600)
    await handOver(facts)
    await eventually(() => expect(ingest.heard()).toEqual([...facts].sort()))
    expect(ingest.calls.length).toBeLessThan(10)
    expect(inbox.calls).toEqual([])
  })

  test('are answered one by one: what fails waits or dies alone, the others are done', async () => {
    const { heard } = await consume(({ event: e, tries }) => {
      if (nameOf(e) === 'fact 1') return { dead: { reason: 'no' } }
      return nameOf(e) === 'fact 2' && tries === 0 ? { retry: { reason: 'once' } } : 'ok'
    })
    await handOver(names(0, 4))
    await eventually(() => expect(heard()).toEqual(['fact 0', 'fact 1', 'fact 2', 'fact 2', 'fact 3']))
    await eventually(async () =>
      expect((await bus.dead.list({ durable: 'ingest-tenancy' })).letters).toMatchObject([
        { eventId: event('fact 1').header?.id, tries: 1 },
      ]),
    )
  })

  test('a batch that makes its handler throw is taken apart, and only the one at fault is tried again', async () => {
    let broken = true
    const { heard, calls } = await consume(({ event: e }) => {
      if (broken && nameOf(e) === 'fact 2') throw new Error('cannot')
      return 'ok'
    })
    await handOver(names(0, 3))
    await eventually(() => expect(calls.filter((call) => call.join() === 'fact 2').length).toBeGreaterThan(0))
    broken = false
    await eventually(() => expect(calls.slice(1).flat()).toContain('fact 0'))
    await eventually(() => expect(heard().filter((name) => name === 'fact 1').length).toBeGreaterThan(1))
    expect((await bus.dead.list()).letters).toEqual([])
  })

  test('with infrastructure down the batch waits whole, and is handled when it is back', async () => {
    let isUp = false
    const { calls } = await consume(
      () => {
        if (!isUp) throw new Error('away')
        return 'ok'
      },
      durables.ingestTenancy,
      async () => isUp,
    )
    await handOver(names(0, 3))
    await eventually(() => expect(calls.length).toBeGreaterThan(0))
    isUp = true
    await eventually(() => expect(calls.length).toBeGreaterThan(1))
    expect(new Set(calls.map((call) => call.length))).toEqual(new Set([3]))
  })

  test('are refused while 64 batches wait, with nothing written, and taken again once those are done', async () => {
    for (let n = 0; n < 64; n++) await handOver([`fact ${n}`])
    const refusal = await handOver(['fact 64']).catch((error) => error)
    expect(refusal.code).toBe('rate_limited')
    const { heard } = await consume()
    await eventually(() => expect(heard()).toHaveLength(64))
    await eventually(() => handOver(['fact 64']))
    await eventually(() => expect(heard()).toContain('fact 64'))
  })
})
