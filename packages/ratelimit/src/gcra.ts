/**
 * GCRA, the generic cell rate algorithm: one number per key, the theoretical arrival time (TAT) of the next request
 * if all came evenly spaced. A request may come up to `burst` spacings early.
 */

export interface Rate {
  ratePerSecond: number
  /** How many may come at once after a pause. */
  burst: number
}

export interface Taken {
  ok: boolean
  /** Until a request of this cost would pass; 0 when it did. For a cost above the burst: until the burst is whole. */
  retryAfterMs: number
  /** How many more of cost 1 would pass now. */
  remaining: number
}

/** Less than a microsecond: what rounding may add up to, never what a caller could gain. */
const roundingMs = 0.000_5

/** The decision and, when it passed, the new TAT. All times in milliseconds. */
export function decide(
  tatMs: number | undefined,
  nowMs: number,
  { ratePerSecond, burst }: Rate,
  cost: number,
): Taken & { tatMs: number } {
  const spacingMs = 1000 / ratePerSecond
  const from = Math.max(tatMs ?? nowMs, nowMs)
  const after = from + cost * spacingMs
  const early = after - nowMs - burst * spacingMs
  if (early <= roundingMs) {
    return {
      ok: true,
      retryAfterMs: 0,
      remaining: Math.floor((-early + roundingMs) / spacingMs),
      tatMs: after,
    }
  }
  const free = Math.floor((nowMs + burst * spacingMs - from + roundingMs) / spacingMs)
  const waitMs = cost > burst ? from - nowMs : early
  return { ok: false, retryAfterMs: Math.ceil(waitMs), remaining: Math.max(0, free), tatMs: from }
}

/**
 * {@link decide} inside Redis, by Redis's clock so that replicas need not agree on the time. KEYS: the key. ARGV: rate
 * per second, burst, cost, and the time in ms for tests ('' otherwise). Times count from 2025 so that a double holds
 * microseconds. A key lives no longer than it says anything; by a test's clock that cannot be told, so there a minute.
 */
export const script = `
local rate, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now, livesMs
if ARGV[4] == '' then
  local t = redis.call('TIME')
  now = (tonumber(t[1]) - 1735689600) * 1000 + tonumber(t[2]) / 1000
else
  now = tonumber(ARGV[4])
end
local rounding = 0.0005
local spacing = 1000 / rate
local from = math.max(tonumber(redis.call('GET', KEYS[1])) or now, now)
local after = from + cost * spacing
if ARGV[4] == '' then livesMs = math.max(1, math.ceil(after - now)) else livesMs = 60000 end
local early = after - now - burst * spacing
if early <= rounding then
  redis.call('SET', KEYS[1], string.format('%.6f', after), 'PX', livesMs)
  return {1, 0, math.floor((-early + rounding) / spacing)}
end
local free = math.max(0, math.floor((now + burst * spacing - from + rounding) / spacing))
local wait = early
if cost > burst then wait = from - now end
return {0, math.ceil(wait), free}
`
