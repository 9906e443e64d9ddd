/** Time, passed in so that tests can hold it. */
export interface Clock {
  /** Epoch milliseconds. Jumps when the system's clock is set: for what is stored or shown. */
  now(): number
  /** Milliseconds that only go forward: for durations and deadlines. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}
