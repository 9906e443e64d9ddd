import { describe, expect, test } from 'bun:test'
import { heldClock } from '@palomar/testkit'
import fc from 'fast-check'
import { createPacing } from './pacing.ts'

/** Spends whatever the budget allows at each step; the times of the sends. */
function run(
  rate: number,
  steps: number[],
  pacing: ReturnType<typeof createPacing>,
  clock: ReturnType<typeof heldClock>,
) {
  const sent: number[] = []
  pacing.setRate('n', rate)
  for (const ms of steps) {
    clock.advance(ms)
    for (let left = pacing.budget('n'); left > 0; left--) {
      pacing.spend('n')
      sent.push(clock.monotonic())
    }
  }
  return sent
}

const mostInASecond = (sent: number[]) =>
  Math.max(0, ...sent.map((at, i) => sent.slice(i).filter((other) => other < at + 1000).length))

describe('pacing', () => {
  test('CONTRACTS 25: never more than the rate in any sliding second', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 20, 80, 1000),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 60 }),
        (rate, steps) => {
          const clock = heldClock()
          expect(mostInASecond(run(rate, steps, createPacing(clock), clock))).toBeLessThanOrEqual(rate)
        },
      ),
    )
  })
  test('CONTRACTS 25: a lane with backlog uses its rate', () => {
    const clock = heldClock()
    const sent = run(
      80,
      Array.from({ length: 3_000 }, () => 10),
      createPacing(clock),
      clock,
    )
    expect(sent.length).toBeGreaterThanOrEqual(80 * 30 * 0.98)
  })
  test('CONTRACTS 23: what the last owner sent in its last second is spent for the next', () => {
    const clock = heldClock()
    const first = createPacing(clock)
    run(20, [1_000, 50, 50, 50, 50, 50, 50, 50], first, clock)
    const log = first.lastSecond(['n'])
    expect(log.n?.length).toBeGreaterThan(5)
    const second = createPacing(clock)
    second.setRate('n', 20)
    second.adopt(log)
    expect(second.budget('n')).toBe(0)
    clock.advance(1_000)
    expect(second.budget('n')).toBeGreaterThan(0)
  })
  test('a lane that rests has no budget until its time is over, and says how long', () => {
    const clock = heldClock()
    const pacing = createPacing(clock)
    pacing.rest('n', 500)
    expect(pacing.budget('n')).toBe(0)
    expect(pacing.waitMs('n')).toBe(500)
    clock.advance(500)
    expect(pacing.budget('n')).toBeGreaterThan(0)
    expect(pacing.waitMs('n')).toBe(0)
  })
})
