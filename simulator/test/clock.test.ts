import { describe, expect, test } from 'bun:test'
import { ControlError } from '../src/index.ts'
import { demo, errorOf, hello, startWorld, text, wamidOf } from './harness.ts'

const startsAt = Date.UTC(2026, 5, 1, 12)
const hour = 3_600_000
const virtual = { virtualClockFrom: startsAt }

describe('a virtual clock', () => {
  test('nothing happens until time passes; then everything does, at its own moment', async () => {
    const world = startWorld({ ...virtual, settings: { readMs: 10_000 } })
    const wamid = wamidOf(await world.send(hello))
    expect(world.statuses(wamid)).toEqual([])
    expect(await world.control.advance(60_000)).toBe(startsAt + 60_000)
    expect(world.statuses(wamid).map(({ status }) => status)).toEqual(['sent', 'delivered', 'read'])
    expect(world.statuses(wamid).map(({ timestamp }) => timestamp?.getTime())).toEqual([
      startsAt,
      startsAt,
      startsAt + 10_000,
    ])
  })

  test('a window closes 24 hours after the customer wrote', async () => {
    const world = startWorld({ ...virtual, settings: { closedWindow: 'answer' } })
    world.control.write({ phoneNumberId: demo.phoneNumberId, waId: demo.customer, text: 'hola' })
    await world.control.advance(24 * hour - 1_000)
    wamidOf(await world.send(text))
    await world.control.advance(2_000)
    expect(errorOf(await world.send(text)).code).toBe(131047)
  })

  test('a webhook that is not answered 200 comes again for seven days with growing gaps, and then no more', async () => {
    const world = startWorld({ ...virtual, settings: { webhookRetryGapMaxMs: 24 * hour } })
    world.answers.status = 500
    world.control.write({ phoneNumberId: demo.phoneNumberId, waId: demo.customer, text: 'hola' })
    await world.control.advance(hour)
    const inTheFirstHour = world.delivered.length
    expect(inTheFirstHour).toBeGreaterThan(10)
    await world.control.advance(6 * 24 * hour)
    const inSixDays = world.delivered.length - inTheFirstHour
    expect(inSixDays).toBeGreaterThan(20)
    expect(inSixDays).toBeLessThan(40)
    expect(new Set(world.delivered.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(1)
    await world.control.advance(2 * 24 * hour)
    const untilGivenUp = world.delivered.length
    expect(world.control.counters()).toMatchObject({ webhooksGivenUp: 1, pendingWebhooks: 0 })
    await world.control.advance(24 * hour)
    expect(world.delivered.length).toBe(untilGivenUp)
  })

  test('the same seed and the same hours give the same world, byte for byte', async () => {
    const play = async () => {
      const world = startWorld({ ...virtual, seed: 5, settings: { readMs: 500 } })
      world.control.faults({ outOfOrder: 0.3, lateFailure: 0.2, duplicateStatus: 0.3 })
      for (let n = 0; n < 20; n++) await world.send({ ...hello, to: `57300999${1000 + n}` })
      await world.control.advance(hour)
      return world.delivered.map(({ bytes }) => new TextDecoder().decode(bytes)).sort()
    }
    expect(await play()).toEqual(await play())
  })

  test('a real clock is not moved', async () => {
    expect(startWorld().control.advance(1)).rejects.toThrow(ControlError)
  })
})
