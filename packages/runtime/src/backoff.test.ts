import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { backoff } from './backoff.ts'

const limits = { baseMs: 100, maxMs: 30_000 }

test('the wait is anywhere between nothing and the doubling cap, and never above the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1, max: 5_000 }), (attempt) => {
      const cap = Math.min(30_000, 100 * 2 ** Math.max(0, attempt))
      expect(backoff(attempt, limits, () => 0)).toBe(0)
      expect(backoff(attempt, limits, () => 0.999_999)).toBeLessThan(cap)
      expect(backoff(attempt, limits, () => 0.5)).toBe(Math.floor(cap / 2))
    }),
  )
})
