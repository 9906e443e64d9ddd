/**
 * When a delivery is tried again after its 1st, 2nd … failed try, in seconds: about three days in all, as the Standard
 * Webhooks specification suggests
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export const retryDelaysS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const
/** A tenth to either side, so that what failed together does not come back together. */
const jitter = 0.1
/** What an endpoint asks for in Retry-After is respected up to here. */
const retryAfterMsMax = 86_400_000

/**
 * Milliseconds until the next try after `failures` failed ones (from 1 on); undefined when none is left. `retryAfterMs` is
 * what the endpoint asked for.
 */
export function retryAfter(
  failures: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number | undefined {
  const delayS = retryDelaysS[failures - 1]
  if (delayS === undefined) return undefined
  const spread = 1 - jitter + 2 * jitter * random()
  return Math.max(Math.round(delayS * 1000 * spread), Math.min(retryAfterMs, retryAfterMsMax))
}

/** Switched off when nothing but failures came back for this long. */
export const failingAfterMs = 5 * 86_400_000

/** Retry-After in milliseconds: seconds or an HTTP date; 0 when there is none or it is neither. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number {
  if (!header) return 0
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs)
}
