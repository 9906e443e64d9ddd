import { type Clock, VirtualClock } from '../world/clock.ts'

const tickMs = 5
/** A virtual year of retries must end too. */
const stepsMax = 2_000_000

/**
 * Thousands of short delays without a timer each: what is due in the same 5 ms runs together. On a virtual clock
 * nothing runs until somebody lets time pass.
 */
export class Timers {
  readonly #buckets = new Map<number, (() => void)[]>()
  readonly #interval: ReturnType<typeof setInterval> | undefined
  #last: number

  constructor(readonly clock: Clock) {
    this.#last = tickOf(clock.now())
    if (!(clock instanceof VirtualClock)) this.#interval = setInterval(() => this.#run(), tickMs)
  }

  after(delayMs: number, task: () => void): void {
    const tick = Math.max(tickOf(this.clock.now() + delayMs), this.#last + 1)
    const bucket = this.#buckets.get(tick)
    if (bucket) bucket.push(task)
    else this.#buckets.set(tick, [task])
  }

  /**
   * Lets virtual time pass: what falls due runs in its order, each at its own moment, and `settled` is waited for in
   * between, so that what follows from it (a webhook's answer, and its retry) finds its place in time.
   */
  async advance(ms: number, settled: () => Promise<void>): Promise<void> {
    const { clock } = this
    if (!(clock instanceof VirtualClock)) throw new Error('the clock is real: it cannot be moved')
    const end = clock.now() + ms
    await settled()
    for (let steps = 0; steps < stepsMax; steps++) {
      const tick = this.#next()
      if (tick === undefined || tick * tickMs > end) break
      clock.moveTo(tick * tickMs)
      this.#last = tick
      for (const task of this.#take(tick)) task()
      await settled()
    }
    clock.moveTo(end)
    this.#last = Math.max(this.#last, tickOf(end))
  }

  stop(): void {
    clearInterval(this.#interval)
    this.#buckets.clear()
  }

  #run(): void {
    const now = tickOf(this.clock.now())
    while (this.#last < now) {
      this.#last += 1
      for (const task of this.#take(this.#last)) task()
    }
  }

  #take(tick: number): (() => void)[] {
    const due = this.#buckets.get(tick) ?? []
    this.#buckets.delete(tick)
    return due
  }

  #next(): number | undefined {
    let first: number | undefined
    for (const tick of this.#buckets.keys()) if (first === undefined || tick < first) first = tick
    return first
  }
}

function tickOf(ms: number): number {
  return Math.floor(ms / tickMs)
}
