import { expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import {
  answerMsOf,
  type Delays,
  delaysOf,
  replyMsOf,
  retryGapMaxMsOf,
  reviewMsOf,
} from '../src/delivery/delays.ts'
import { Faults } from '../src/faults.ts'
import { defaultSettings } from '../src/index.ts'
import { demo, hello, startWorld, text, wamidOf } from './harness.ts'

const startsAt = Date.UTC(2026, 10, 1, 12)
const virtual = { virtualClockFrom: startsAt }
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const real = { ...defaultSettings, realism: 'real' as const }

test('real delays: as Meta’s in their shares and bounds, and the same for the same seed', () => {
  const draw = (seed: number) => {
    const faults = new Faults(seed)
    return Array.from({ length: 4_000 }, () => delaysOf(real, () => faults.random()))
  }
  const all = draw(3)
  expect(draw(3)).toEqual(all)
  const share = (is: (delays: Delays) => boolean) => all.filter(is).length / all.length
  const about = (value: number, wanted: number) => expect(Math.abs(value - wanted)).toBeLessThan(0.025)
  about(
    share(({ isSentFirst }) => isSentFirst),
    0.01,
  )
  about(
    share(({ deliveredMs }) => deliveredMs === null),
    0.03,
  )
  about(
    share(({ deliveredMs, sentMs }) => deliveredMs !== null && deliveredMs - sentMs > minute),
    0.1,
  )
  about(
    share(({ readMs }) => readMs === null),
    0.4,
  )
  about(
    share(({ isReadOnly }) => isReadOnly),
    0.6 * 0.15,
  )
  for (const { sentMs, deliveredMs, readMs, failedMs } of all) {
    expect(sentMs >= 200 && sentMs <= 2_000).toBe(true)
    expect(deliveredMs === null || (deliveredMs > sentMs && deliveredMs <= 9 * hour)).toBe(true)
    expect(readMs === null || (readMs >= 2_000 && readMs <= day)).toBe(true)
    expect(failedMs >= 300 && failedMs <= 10_000).toBe(true)
  }
})

test('an answer takes 80 to 400 ms, a review up to a minute, a reply up to a day; the demo’s defaults are quick', () => {
  const faults = new Faults(5)
  for (let i = 0; i < 200; i++) {
    const answer = answerMsOf(real, () => faults.random())
    expect(answer >= 80 && answer <= 400).toBe(true)
    const review = reviewMsOf(real, () => faults.random())
    expect(review >= 1_000 && review <= minute).toBe(true)
  }
  for (let i = 0; i < 200; i++) {
    const reply = replyMsOf(real, 1, () => faults.random())
    expect(reply >= 2_000 && reply <= day).toBe(true)
  }
  expect([retryGapMaxMsOf(real), retryGapMaxMsOf(defaultSettings)]).toEqual([6 * hour, minute])
  const never = () => {
    throw new Error('the dice are left alone')
  }
  expect(answerMsOf(defaultSettings, never)).toBe(0)
  expect(reviewMsOf(defaultSettings, never)).toBe(2_000)
  expect(delaysOf(defaultSettings, never)).toMatchObject({ sentMs: 40, deliveredMs: 250, readMs: null })
})

test('one setting makes a world of real delays: in a week every message has had its statuses, each after the one before', async () => {
  const world = startWorld({ ...virtual, settings: { rates: false, realism: 'real' } })
  const answers = Array.from({ length: 60 }, (_, i) => world.send({ ...hello, to: `5730099900${10 + i}` }))
  const isAnswered = Promise.all(answers)
  // The answers come as time passes.
  await eventually(() => expect(world.control.accepted()).toHaveLength(60))
  await world.control.advance(7 * day)
  const timesOf = new Map<string, Map<string, number>>()
  for (const { wamid, status, timestamp } of world.statuses())
    timesOf.set(
      wamid,
      (timesOf.get(wamid) ?? new Map<string, number>()).set(status, timestamp?.getTime() ?? 0),
    )
  expect(timesOf.size).toBe(60)
  const counts = { delivered: 0, read: 0 }
  for (const times of timesOf.values()) {
    const [sent = 0, delivered, read] = ['sent', 'delivered', 'read'].map((word) => times.get(word))
    expect(sent).toBeGreaterThan(0)
    if (delivered !== undefined) expect(delivered).toBeGreaterThanOrEqual(sent)
    if (read !== undefined) expect(read).toBeGreaterThanOrEqual(delivered ?? sent)
    if (delivered !== undefined) counts.delivered++
    if (read !== undefined) counts.read++
  }
  expect(counts.delivered).toBeGreaterThan(40)
  expect(counts.read).toBeGreaterThan(20)
  expect(counts.read).toBeLessThan(55)
  for (const answer of await isAnswered) wamidOf(answer)
})

test('what cannot be delivered in its time is over: ten minutes for a code, 30 days for the rest; said only if so set', async () => {
  const world = startWorld({ ...virtual, settings: { expiry: 'status' } })
  world.control.customer(demo.customer, { isOffline: true })
  world.control.write({ phoneNumberId: demo.phoneNumberId, waId: demo.customer, text: 'hola' })
  const parameters = [{ type: 'text', text: '123456' }]
  const code = { name: 'codigo_acceso', language: { code: 'es' }, components: [{ type: 'body', parameters }] }
  const short = wamidOf(await world.send({ type: 'template', template: code }))
  const long = wamidOf(await world.send(text))
  await world.control.advance(11 * minute)
  expect(world.statuses(short).map(({ status, errors }) => [status, errors[0]?.code])).toEqual([
    ['sent', undefined],
    ['failed', 131043],
  ])
  await world.control.advance(29 * day)
  world.control.customer(demo.customer, { isOffline: false })
  await world.control.advance(minute)
  expect(world.statuses(long).map(({ status }) => status)).toEqual(['sent', 'delivered'])
  expect(world.statuses(short)).toHaveLength(2)
  world.control.settings({ expiry: 'silent' })
  world.control.customer(demo.customer, { isOffline: true })
  const silent = wamidOf(await world.send(hello))
  await world.control.advance(31 * day)
  expect(world.statuses(silent).map(({ status }) => status)).toEqual(['sent'])
})
