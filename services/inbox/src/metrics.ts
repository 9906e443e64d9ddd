import type { Counter, Gauge, Metrics } from '@palomar/runtime'

export interface InboxMetrics {
  /** Alert over 30 s: what is stored here does not reach the others. */
  outboxAge: Gauge
  dead: Counter
}

export function createInboxMetrics(metrics: Metrics): InboxMetrics {
  return {
    outboxAge: metrics.gauge({
      name: 'outbox_oldest_age_seconds',
      help: 'Age of the oldest row of the outbox, by lane: durable, live',
      labelNames: ['lane'],
    }),
    dead: metrics.counter({
      name: 'inbox_dead_events_total',
      help: 'Events kept as dead letters because of what they say, by consumer',
      labelNames: ['consumer'],
    }),
  }
}
