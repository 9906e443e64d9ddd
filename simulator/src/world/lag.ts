const everyMs = 10
const lagMsMax = 20
const secondsKept = 3_600

/** The seconds (Unix) in which this process was held up, so that a benchmark does not judge others by them. */
export class Lag {
  readonly #seconds = new Set<number>()
  readonly #timer: ReturnType<typeof setInterval>
  #expected = performance.now() + everyMs

  constructor() {
    this.#timer = setInterval(() => this.#look(), everyMs)
  }

  get seconds(): number[] {
    return [...this.#seconds]
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    const lateMs = now - this.#expected
    this.#expected = now + everyMs
    if (lateMs <= lagMsMax) return
    const end = Math.floor(Date.now() / 1000)
    for (let second = Math.floor((Date.now() - lateMs) / 1000); second <= end; second++)
      this.#seconds.add(second)
    for (const second of this.#seconds) {
      if (this.#seconds.size <= secondsKept) return
      this.#seconds.delete(second)
    }
  }
}
