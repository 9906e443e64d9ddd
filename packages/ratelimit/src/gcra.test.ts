import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { decide } from './gcra.ts'
import { createLocalLimiter } from './local.ts'

test('over any span no more than burst + rate × time passes, and a full demand gets no less', () => {
  const rate = fc.double({ min: 0.01, max: 2_000, noNaN: true })
  const steps = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(rate, fc.integer({ min: 1, max: 50 }), steps, (ratePerSecond, burst, steps) => {
      let now = 60e9
      let tat: number | undefined
      let passed = 0
      for (const step of steps) {
        now += step
        for (let i = 0; i < 200; i++) {
          const taken = decide(tat, now, { ratePerSecond, burst }, 1)
          tat = taken.tatMs
          if (taken.ok) passed++
          else break
        }
      }
      const elapsedS = (now - 60e9) / 1000
      expect(passed).toBeLessThanOrEqual(burst + ratePerSecond * elapsedS + 0.01)
      // The first step's wait earns nothing: the burst was whole.
      const earnedS = elapsedS - (steps[0] ?? 0) / 1000
      const largest = Math.max(...steps)
      if (burst > (ratePerSecond * largest) / 1000 + 1) {
        expect(passed).toBeGreaterThanOrEqual(Math.floor(burst + ratePerSecond * earnedS - 0.01))
      }
    }),
  )
})

test('waiting as long as it says is enough, a millisecond less is not', () => {
  const rate = { ratePerSecond: 10, burst: 3 }
  let tat: number | undefined
  for (let i = 0; i < 3; i++) tat = decide(tat, 1_000, rate, 1).tatMs
  const refused = decide(tat, 1_000, rate, 2)
  expect(refused).toMatchObject({ ok: false, retryAfterMs: 200, remaining: 0 })
  expect(decide(tat, 1_199, rate, 2).ok).toBe(false)
  expect(decide(tat, 1_200, rate, 2).ok).toBe(true)
})

test('a cost above the burst never passes and says when the burst is whole', () => {
  const rate = { ratePerSecond: 10, burst: 3 }
  const { tatMs } = decide(undefined, 0, rate, 3)
  expect(decide(tatMs, 0, rate, 4)).toMatchObject({ ok: false, retryAfterMs: 300 })
  expect(decide(undefined, 0, rate, 4)).toMatchObject({ ok: false, retryAfterMs: 0, remaining: 3 })
})

test('in-process limits keep a share per replica, at least one request, and a bounded number of keys', () => {
  let now = 0
  const local = createLocalLimiter(4, () => now)
  const passed = (key: string) =>
    Array.from({ length: 20 }, () => local.take(key, { ratePerSecond: 8, burst: 8 }, 1)).filter((t) => t.ok)
      .length
  expect(passed('a')).toBe(2)
  now += 1_000
  expect(passed('a')).toBe(2)
  const small = { ratePerSecond: 1, burst: 1 }
  expect([local.take('b', small, 1).ok, local.take('b', small, 1).ok]).toEqual([true, false])
  for (let i = 0; i < 100_050; i++) local.take(`k${i}`, small, 1)
  expect(local.size).toBe(100_000)
})
