import type { IncomingChange } from './incoming.ts'

/**
 * What Meta tells of a number's standing (webhook field `phone_number_quality_update`). Whatever it may invent is `other`:
 * the name becomes a label of a metric.
 */
export const qualityEvents = [
  'FLAGGED',
  'UNFLAGGED',
  'DOWNGRADE',
  'UPGRADE',
  'ONBOARDING',
  'THROUGHPUT_UPGRADE',
] as const
const known: ReadonlySet<string> = new Set(qualityEvents)

/** Undefined when the change is about something else. */
export function qualityEventOf(change: Pick<IncomingChange, 'field' | 'parsed'>): string | undefined {
  if (change.field !== 'phone_number_quality_update') return undefined
  const { parsed } = change
  const event = parsed?.kind === 'phone_number_quality_update' ? parsed.value.event : undefined
  return event !== undefined && known.has(event) ? event.toLowerCase() : 'other'
}

/** What Meta says of a number that only its display number names. */
export interface Standing {
  displayPhoneNumber: string
  /** Empty where this change says nothing of it. */
  qualityRating: string
  messagingTier: string
}

/**
 * Flagged is Meta's word for a low rating; unflagged says only that it is no longer low. Undefined when the change is about
 * something else, names nobody or says nothing that a number shows.
 */
export function standingOf({ parsed }: Pick<IncomingChange, 'parsed'>): Standing | undefined {
  if (parsed?.kind !== 'phone_number_quality_update') return undefined
  const { event, display_phone_number, current_limit, max_daily_conversations_per_business } = parsed.value
  const ratings: Record<string, string> = { FLAGGED: 'RED', UNFLAGGED: 'UNKNOWN' }
  const qualityRating = ratings[event ?? ''] ?? ''
  const messagingTier = tierOf(max_daily_conversations_per_business) || tierOf(current_limit)
  if (!display_phone_number || (qualityRating === '' && messagingTier === '')) return undefined
  return { displayPhoneNumber: display_phone_number, qualityRating, messagingTier }
}

/** When Meta said it: the end of the second that it names, or when it came, if that was before. */
export function saidAt({ entryTime, receivedAt }: Pick<IncomingChange, 'entryTime' | 'receivedAt'>): Date {
  if (!entryTime) return receivedAt
  return new Date(Math.min(entryTime.getTime() + 999, receivedAt.getTime()))
}

/** A tier's name; -1 is how a number says that there is no limit. */
function tierOf(limit: unknown): string {
  if (limit === undefined || limit === null) return ''
  const text = String(limit)
  if (text === '-1') return 'TIER_UNLIMITED'
  return /^\d+$/.test(text) ? `TIER_${text}` : text
}
