const keptMs = 7 * 86_400_000
/** Beyond these the oldest of one key are forgotten: no limit here counts further. */
const timesMax = 5_000

/** When things happened, by what they are counted for, over the last seven days. */
export class Tally {
  readonly #times = new Map<string, number[]>()

  add(key: string, at: number): void {
    const kept = (this.#times.get(key) ?? []).filter((time) => at - time < keptMs)
    kept.push(at)
    this.#times.set(key, kept.slice(-timesMax))
  }

  /** The times within the last `ms`, oldest first. */
  within(key: string, ms: number, now: number): readonly number[] {
    return (this.#times.get(key) ?? []).filter((time) => now - time < ms)
  }

  forget(key: string): void {
    this.#times.delete(key)
  }
}
