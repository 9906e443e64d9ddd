import type { Counter, Metrics } from '@palomar/runtime'

export interface AnalyticsMetrics {
  counted(consumer: string, events: number, newest: Date | undefined): void
  dead: Counter
}

/** O3: how many events have been counted, how old the newest is, and how many never will be. */
export function createAnalyticsMetrics(metrics: Metrics, now: () => number): AnalyticsMetrics {
  const events = metrics.counter({
    name: 'analytics_events_total',
    help: 'Events whose effect on the figures is committed, by consumer',
    labelNames: ['consumer'],
  })
  let newestMs: number | undefined
  metrics.gauge({
    name: 'analytics_newest_event_age_seconds',
    help: 'Age of the newest fact of a message that has been counted since the start; absent before the first',
    collect(gauge) {
      gauge.reset()
      if (newestMs !== undefined) gauge.set(Math.max(0, now() - newestMs) / 1000)
    },
  })
  return {
    counted(consumer, count, newest) {
      events.inc({ consumer }, count)
      if (consumer === 'inbox' && newest) newestMs = Math.max(newestMs ?? 0, newest.getTime())
    },
    dead: metrics.counter({
      name: 'analytics_dead_events_total',
      help: 'Events kept as dead letters because of what they say, by consumer',
      labelNames: ['consumer'],
    }),
  }
}
