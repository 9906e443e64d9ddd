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
  const value = change.parsed?.value
  const json = value?.kind === 'other' ? value.json : undefined
  const event = json !== null && typeof json === 'object' && !Array.isArray(json) ? json?.event : undefined
  return typeof event === 'string' && known.has(event) ? event.toLowerCase() : 'other'
}
