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
