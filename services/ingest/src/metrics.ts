import type { Counter, Metrics } from '@palomar/runtime'
import { qualityEvents } from './domain/quality.ts'

export interface IngestMetrics {
  /** Graph of the intake; alert when anything but `routed` keeps coming. */
  changes: Counter
  events: Counter
  replayed: Counter
  /** Alert: Meta has flagged or downgraded a number (O5). */
  quality: Counter
}

/** `unrouted` is asked at the scrape: rows by state. */
export function createIngestMetrics(
  metrics: Metrics,
  unrouted: () => Promise<Record<string, bigint>>,
): IngestMetrics {
  metrics.gauge({
    name: 'ingest_unrouted_changes',
    help: 'Changes kept without a company, by state: parked, quarantined, unparsed',
    labelNames: ['state'],
    collect: async (gauge) => {
      for (const [state, rows] of Object.entries(await unrouted())) gauge.set({ state }, Number(rows))
    },
  })
  const quality = metrics.counter({
    name: 'ingest_quality_updates_total',
    help: 'What Meta told of numbers’ quality: flagged, unflagged, downgrade, upgrade, onboarding, …',
    labelNames: ['event'],
  })
  // A series that begins at 1 has no increase: the alert would miss the first.
  for (const event of qualityEvents) quality.labels({ event: event.toLowerCase() })
  return {
    quality,
    changes: metrics.counter({
      name: 'ingest_changes_total',
      help: 'Changes taken from webhooks, by outcome: routed, parked, quarantined, unparsed',
      labelNames: ['outcome'],
    }),
    events: metrics.counter({
      name: 'ingest_events_total',
      help: 'Events published, by kind',
      labelNames: ['kind'],
    }),
    replayed: metrics.counter({
      name: 'ingest_replayed_changes_total',
      help: 'Changes whose events were published again, or late, by cause: number_added, by_id, by_range',
      labelNames: ['cause'],
    }),
  }
}
