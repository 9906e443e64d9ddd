/**
 * How long to wait before try number `attempt` + 1, with full jitter: anything from 0 to the exponential cap, so that
 * a thousand clients of one outage do not come back in the same second. `attempt` counts from 0.
 */
export function backoff(
  attempt: number,
  { baseMs, maxMs }: { baseMs: number; maxMs: number },
  random: () => number = Math.random,
): number {
  // 2 ** 1024 is Infinity, which Math.min takes.
  return Math.floor(random() * Math.min(maxMs, baseMs * 2 ** Math.max(0, attempt)))
}
