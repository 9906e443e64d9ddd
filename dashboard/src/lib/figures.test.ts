import { expect, test } from 'bun:test'
import { compare, deliveryRate, isCounted, labelEvery, type Step, ticksUpTo } from './figures.ts'

const counts = { received: 0, accepted: 0, sent: 0, delivered: 0, read: 0, failed: 0 }

test('more is better, but of failures fewer', () => {
  expect(compare('sent', 12, 10)).toEqual({ percent: 20, direction: 'up', meaning: 'better' })
  expect(compare('failed', 12, 10)).toEqual({ percent: 20, direction: 'up', meaning: 'worse' })
  expect(compare('failed', 5, 10)).toEqual({ percent: -50, direction: 'down', meaning: 'better' })
  expect(compare('read', 3, 3)).toEqual({ percent: 0, direction: 'same', meaning: 'same' })
})

test('there is no percent of nothing', () => {
  expect(compare('sent', 3, 0)).toEqual({ percent: null, direction: 'up', meaning: 'better' })
  expect(compare('sent', 0, 0)).toMatchObject({ percent: null, direction: 'same' })
  expect(deliveryRate(counts)).toBeNull()
  expect(deliveryRate({ ...counts, sent: 4, delivered: 3 })).toBe(75)
})

test('what was delivered today of yesterday’s does not make more than everything', () => {
  expect(deliveryRate({ ...counts, sent: 2, delivered: 3 })).toBe(100)
})

test('a step behind what has been counted is a gap', () => {
  const step: Step = { ...counts, at: '2026-11-26T15:00:00.000Z' }
  expect(isCounted(step, '2026-11-26T15:00:00.001Z')).toBe(true)
  expect(isCounted(step, '2026-11-26T15:00:00.000Z')).toBe(false)
  expect(isCounted(step, null)).toBe(true)
})

test('the axis has whole numbers, few of them, and reaches over the highest point', () => {
  for (const max of [0, 1, 3, 4, 7, 10, 13, 99, 100, 101, 2_345, 1_000_000]) {
    const ticks = ticksUpTo(max)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max)
    expect(ticks.length).toBeLessThanOrEqual(6)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.every(Number.isInteger)).toBe(true)
  }
})

test('labels have room', () => {
  expect(labelEvery(24, 320, 50)).toBe(4)
  expect(labelEvery(24, 1_000, 50)).toBe(2)
  expect(labelEvery(7, 1_000, 60)).toBe(1)
  expect(labelEvery(400, 300, 60)).toBe(80)
})
