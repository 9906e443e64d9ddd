import { expect, test } from 'bun:test'
import { outcomeOf } from './outcome.ts'
import { retryAfter, retryAfterMsOf, retryDelaysS } from './retry-schedule.ts'

const answered = (status: number, retryAfterMs = 0) => ({ status, retryAfterMs, durationMs: 1 })
const middle = () => 0.5

test('2xx is delivered, 410 is gone, all else is tried again; redirects are not followed', () => {
  expect(outcomeOf(answered(200), 0)).toEqual({ kind: 'delivered' })
  expect(outcomeOf(answered(299), 0)).toEqual({ kind: 'delivered' })
  expect(outcomeOf(answered(410), 0)).toEqual({ kind: 'gone' })
  expect(outcomeOf(answered(500), 0, middle)).toEqual({ kind: 'again', inMs: 5_000, failure: 'answered' })
  expect(outcomeOf(answered(404), 1, middle)).toEqual({ kind: 'again', inMs: 300_000, failure: 'answered' })
  expect(outcomeOf(answered(302), 0, middle)).toMatchObject({ kind: 'again', failure: 'redirected' })
  const silent = { failure: 'timed_out', durationMs: 15_000 } as const
  expect(outcomeOf(silent, 0, middle)).toMatchObject({ kind: 'again', failure: 'timed_out' })
  expect(outcomeOf(silent, retryDelaysS.length)).toEqual({ kind: 'failed', failure: 'timed_out' })
})

test('the schedule is about three days, each wait a tenth to either side', () => {
  const waits = retryDelaysS.map((_, n) => retryAfter(n + 1, 0, middle) ?? 0)
  const days = waits.reduce((sum, ms) => sum + ms, 0) / 86_400_000
  expect(days).toBeGreaterThan(3)
  expect(days).toBeLessThan(3.3)
  expect(retryAfter(1, 0, () => 0)).toBe(4_500)
  expect(retryAfter(1, 0, () => 1)).toBe(5_500)
  expect(retryAfter(retryDelaysS.length + 1)).toBeUndefined()
})

test('Retry-After makes a wait longer, never shorter, and never longer than a day', () => {
  expect(outcomeOf(answered(429, 60_000), 0, middle)).toMatchObject({ inMs: 60_000 })
  expect(outcomeOf(answered(503, 1_000), 0, middle)).toMatchObject({ inMs: 5_000 })
  expect(outcomeOf(answered(503, 9e9), 0, middle)).toMatchObject({ inMs: 86_400_000 })
  expect(retryAfterMsOf('120', 0)).toBe(120_000)
  expect(retryAfterMsOf('Thu, 01 Jan 1970 00:01:00 GMT', 0)).toBe(60_000)
  expect(retryAfterMsOf('soon', 0)).toBe(0)
  expect(retryAfterMsOf(undefined, 0)).toBe(0)
})
