/** What became of one try to get a file. */
export type Outcome =
  | { kind: 'stored'; sizeBytes: number; sha256: string }
  /** It may come yet; `code` is what is told if it never does. */
  | { kind: 'again'; code: FailureCode; reason: string; triesMax?: number }
  | { kind: 'never'; code: FailureCode; reason: string }

export type FailureCode =
  | 'media_expired'
  | 'media_too_large'
  | 'media_mismatch'
  | 'media_not_stored'
  | 'media_upload_expired'

/** Meta keeps a received file for seven days (since October 2025; 30 before). */
export const inboundKeptMs = 7 * 86_400_000
/** Even a file of an old message is given some tries. */
const tryAtLeastMs = 3_600_000

export function giveUpAt(sentAtMs: number, nowMs: number): Date {
  return new Date(Math.max(sentAtMs + inboundKeptMs, nowMs + tryAtLeastMs))
}

const baseMs = 2_000
const capMs = 3_600_000
/** An address that was over is renewed at once, but not in a circle. */
const leastMs = 250

/** When the next try may begin; undefined: none will. `random` in [0, 1). Full jitter, so that an outage's files do not return together. */
export function nextTryAt(
  { tries, giveUpAtMs, nowMs }: { tries: number; giveUpAtMs: number; nowMs: number },
  triesMax: number | undefined,
  random: number,
): number | undefined {
  if (triesMax !== undefined && tries >= triesMax) return undefined
  const at = nowMs + leastMs + Math.floor(random * Math.min(capMs, baseMs * 2 ** Math.min(tries - 1, 20)))
  return at < giveUpAtMs ? at : undefined
}
