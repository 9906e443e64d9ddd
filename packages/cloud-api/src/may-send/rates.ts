/** How fast and to how many a number may send. `pages.throughput` */

/** Messages a second, in and out together. A number that its owner also uses in the app stays at 20. */
export function throughputOf({ level, isCoexistence }: { level?: string; isCoexistence?: boolean }): number {
  if (isCoexistence) return 20
  return level?.toUpperCase() === 'HIGH' ? 1_000 : 80
}

const tierWord = /^(?:TIER_)?(\d+)(K?)$/

/**
 * Unique people whom a portfolio may write to in 24 hours outside of windows, from Meta's word (`TIER_2K`, `2000`, -1) as webhooks
 * and nodes give it. Infinity when there is no limit; undefined when the word says nothing.
 */
export function tierRecipients(tier: string | number | undefined): number | undefined {
  if (typeof tier === 'number') return tier === -1 ? Number.POSITIVE_INFINITY : tier > 0 ? tier : undefined
  const word = tier?.toUpperCase() ?? ''
  if (word === 'TIER_UNLIMITED' || word === 'UNLIMITED' || word === '-1') return Number.POSITIVE_INFINITY
  const match = tierWord.exec(word)
  if (!match) return undefined
  const count = Number(match[1]) * (match[2] === 'K' ? 1_000 : 1)
  return count > 0 ? count : undefined
}

/** One message every 6 s to one person; 45 may go at once, which is paid back in waiting. (131056) */
export const pairRule = { everyMs: 6_000, burst: 45 } as const

/**
 * Whether another message may go to a person now, by the time until which the earlier ones count (`until`, as this gave it
 * before; 0 at first). GCRA: nothing but that one time is kept.
 */
export function pairAfter(
  until: number,
  nowMs: number,
): { ok: true; until: number } | { ok: false; waitMs: number } {
  const { everyMs, burst } = pairRule
  const base = Math.max(until, nowMs)
  const waitMs = base - (burst - 1) * everyMs - nowMs
  return waitMs <= 0 ? { ok: true, until: base + everyMs } : { ok: false, waitMs }
}
