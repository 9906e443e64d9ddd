import { decide, type Rate, type Taken } from './gcra.ts'

/** About 10 MB; past it the key used longest ago goes first, which only forgives. */
const keysMax = 100_000

export interface LocalLimiter {
  take(key: string, rate: Rate, cost: number): Taken
  clear(): void
  readonly size: number
}

/** The same limits in this process alone, each at its share. */
export function createLocalLimiter(replicas: number, monotonic: () => number): LocalLimiter {
  const tats = new Map<string, number>()
  return {
    take(key, rate, cost) {
      // A share below one request would never let anything pass.
      const share = {
        ratePerSecond: rate.ratePerSecond / replicas,
        burst: Math.max(Math.min(cost, rate.burst), 1, Math.floor(rate.burst / replicas)),
      }
      const { tatMs, ...taken } = decide(tats.get(key), monotonic(), share, cost)
      if (taken.ok) {
        tats.delete(key) // so that insertion order is order of use
        tats.set(key, tatMs)
        if (tats.size > keysMax) {
          const oldest = tats.keys().next().value
          if (oldest !== undefined) tats.delete(oldest)
        }
      }
      return taken
    },
    clear: () => tats.clear(),
    get size() {
      return tats.size
    },
  }
}
