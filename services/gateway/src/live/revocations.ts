/**
 * Who lost their power lately. A ticket that was issued before the revocation and is used after it must not open a
 * socket that nobody will close any more.
 */

/** A ticket lives 30 s; clocks of two machines may differ by a few more. */
const rememberMs = 120_000
const skewMs = 5_000

export interface Revocations {
  note(subjectId: string, atMs: number): void
  /** Whether any of these lost their power at or after `sinceMs`. */
  concerns(subjectIds: readonly string[], sinceMs: number): boolean
  sweep(nowMs: number): void
}

export function createRevocations(): Revocations {
  const known = new Map<string, number>()
  return {
    note: (subjectId, atMs) => void known.set(subjectId, Math.max(atMs, known.get(subjectId) ?? 0)),
    concerns: (subjectIds, sinceMs) =>
      subjectIds.some((id) => (known.get(id) ?? Number.NEGATIVE_INFINITY) >= sinceMs - skewMs),
    sweep(nowMs) {
      for (const [id, atMs] of known) if (atMs < nowMs - rememberMs) known.delete(id)
    },
  }
}
