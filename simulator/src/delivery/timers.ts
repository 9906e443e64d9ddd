const tickMs = 5

/**
 * Thousands of short delays without a timer each: what is due in the same 5 ms runs together.
 */
export class Timers {
  readonly #buckets = new Map<number, (() => void)[]>()
  readonly #interval: ReturnType<typeof setInterval>
  #last = tickOf(Date.now())

  constructor() {
    this.#interval = setInterval(() => this.#run(), tickMs)
  }

  after(delayMs: number, task: () => void): void {
    const tick = Math.max(tickOf(Date.now() + delayMs), this.#last + 1)
    const bucket = this.#buckets.get(tick)
    if (bucket) bucket.push(task)
    else this.#buckets.set(tick, [task])
  }

  stop(): void {
    clearInterval(this.#interval)
    this.#buckets.clear()
  }

  #run(): void {
    const now = tickOf(Date.now())
    while (this.#last < now) {
      this.#last += 1
      const due = this.#buckets.get(this.#last)
      if (!due) continue
      this.#buckets.delete(this.#last)
      for (const task of due) task()
    }
  }
}

function tickOf(ms: number): number {
  return Math.floor(ms / tickMs)
}
