/** Wall and monotonic milliseconds that move only when the test says so. */
export interface HeldClock {
  now(): number
  monotonic(): number
  /** Both move. */
  advance(ms: number): void
  /** Only the wall clock jumps, as when NTP corrects it. */
  jump(ms: number): void
}

export function heldClock(start: number | Date = Date.UTC(2026, 10, 2, 12)): HeldClock {
  let wall = Number(start)
  let monotonic = 1_000
  return {
    now: () => wall,
    monotonic: () => monotonic,
    advance(ms) {
      wall += ms
      monotonic += ms
    },
    jump(ms) {
      wall += ms
    },
  }
}
