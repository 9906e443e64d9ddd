/** Meta's two rates: a number's throughput in both directions, and one business to one user. */
const pairIntervalMs = 6_000
const pairBurst = 45
/** Pairs that are back at rest are forgotten when there are this many. */
const pairsMax = 200_000

/**
 * Generic cell rate: each message moves the pair's or number's time forward by its interval; one that would be ahead of
 * the clock by more than the burst is refused. `now` is this process's own clock: what comes in a bunch because we
 * were slow to take it must not look like a burst, so callers list the seconds in which we were (see lag.ts).
 */
export class Meter {
  readonly #numbers = new Map<string, number>()
  readonly #pairs = new Map<string, number>()

  /** Whether a number may send one more; counted when it may. */
  allowsNumber(phoneNumberId: string, perSecond: number, now: number): boolean {
    const intervalMs = 1_000 / perSecond
    const burst = Math.max(20, perSecond / 10)
    return allows(this.#numbers, phoneNumberId, intervalMs, burst, now)
  }

  /** A message came in: it counts, and is never refused. */
  countInbound(phoneNumberId: string, perSecond: number, now: number): void {
    this.#numbers.set(phoneNumberId, Math.max(this.#numbers.get(phoneNumberId) ?? 0, now) + 1_000 / perSecond)
  }

  allowsPair(phoneNumberId: string, waId: string, now: number): boolean {
    if (this.#pairs.size > pairsMax) {
      for (const [key, at] of this.#pairs) if (at < now) this.#pairs.delete(key)
    }
    return allows(this.#pairs, `${phoneNumberId}/${waId}`, pairIntervalMs, pairBurst, now)
  }
}

function allows(
  times: Map<string, number>,
  key: string,
  intervalMs: number,
  burst: number,
  now: number,
): boolean {
  const next = Math.max(times.get(key) ?? 0, now) + intervalMs
  if (next - now > burst * intervalMs + 1e-6) return false
  times.set(key, next)
  return true
}
