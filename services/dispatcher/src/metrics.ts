import type { Counter, Gauge, Histogram, Metrics } from '@palomar/runtime'

/** Each is read by a graph, an alert or a test. */
export interface DispatcherMetrics {
  accepted: Counter
  attempts: Counter
  graphSeconds: Histogram
  inDoubt: Gauge
  outboxAge: Gauge
  statuses: Counter
}

export function createDispatcherMetrics(metrics: Metrics): DispatcherMetrics {
  return {
    accepted: metrics.counter({
      name: 'palomar_dispatcher_items_total',
      help: 'Items of AcceptMessages by result',
      labelNames: ['result'],
    }),
    attempts: metrics.counter({ name: 'palomar_dispatcher_attempts_total', help: 'Attempts recorded' }),
    graphSeconds: metrics.histogram({
      name: 'palomar_dispatcher_graph_seconds',
      help: 'Time from the recorded attempt to its recorded result',
      labelNames: ['outcome'],
    }),
    inDoubt: metrics.gauge({
      name: 'palomar_dispatcher_attempts_in_doubt',
      help: 'Attempts in doubt in the partitions of this process',
    }),
    outboxAge: metrics.gauge({
      name: 'palomar_dispatcher_outbox_age_seconds',
      help: 'Age of the oldest durable outbox row',
    }),
    statuses: metrics.counter({
      name: 'palomar_dispatcher_statuses_total',
      help: 'Statuses handled by outcome',
      labelNames: ['outcome'],
    }),
  }
}
