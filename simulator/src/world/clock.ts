/** What time it is in the simulated world, Unix milliseconds. */
export interface Clock {
  now(): number
}

export const realClock: Clock = { now: () => Date.now() }

/** A clock that stands until it is told to go on; see `Timers.advance`. */
export class VirtualClock implements Clock {
  #now: number

  constructor(startsAt: number) {
    this.#now = startsAt
  }

  now(): number {
    return this.#now
  }

  /** Never back. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at)
  }
}
