import type { Counter, Gauge, Histogram, Metrics } from '@palomar/runtime'

export interface MediaMetrics {
  /** Alert over 30 s: what is stored here does not reach the others. */
  outboxAge: Gauge
  dead: Counter
  fetches: Counter
  fetchSeconds: Histogram
  metaUploads: Counter
}

export function createMediaMetrics(metrics: Metrics): MediaMetrics {
  return {
    outboxAge: metrics.gauge({
      name: 'outbox_oldest_age_seconds',
      help: 'Age of the oldest row of the outbox, by lane: durable, live',
      labelNames: ['lane'],
    }),
    dead: metrics.counter({
      name: 'media_dead_events_total',
      help: 'Events kept as dead letters because of what they say, by consumer',
      labelNames: ['consumer'],
    }),
    fetches: metrics.counter({
      name: 'media_fetches_total',
      help: 'Tries to fetch a file from Meta, by outcome: stored, again, never',
      labelNames: ['outcome'],
    }),
    fetchSeconds: metrics.histogram({
      name: 'media_fetch_seconds',
      help: 'How long a try to fetch a file took, by outcome',
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    }),
    metaUploads: metrics.counter({
      name: 'media_meta_uploads_total',
      help: 'Uploads of stored files to Meta, by outcome: uploaded, refused, again',
      labelNames: ['outcome'],
    }),
  }
}
