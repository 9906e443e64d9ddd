import type { Counter, Gauge, Histogram, Metrics } from '@palomar/runtime'
import type { QueueDepth } from './db/queue-depth.ts'
import { laneClasses } from './domain/lane-class.ts'

/** Each is read by a graph, an alert or a test. */
export interface DispatcherMetrics {
  accepted: Counter
  attempts: Counter
  graphSeconds: Histogram
  sendSeconds: Histogram
  graphCallSeconds: Histogram
  graphErrors: Counter
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
    sendSeconds: metrics.histogram({
      name: 'palomar_dispatcher_send_seconds',
      help: 'From when a message was due until Graph took it, by class',
      labelNames: ['class'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    }),
    graphCallSeconds: metrics.histogram({
      name: 'palomar_dispatcher_graph_call_seconds',
      help: 'One call of Graph, from the request to its answer, by what it was',
      labelNames: ['outcome'],
    }),
    graphErrors: metrics.counter({
      name: 'palomar_dispatcher_graph_errors_total',
      help: 'Errors that Graph answered, by Meta’s code; those that the catalogue does not know are other',
      labelNames: ['code'],
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

/** Asked once at each scrape: what waits in the lanes of this process. */
export function observeQueue(metrics: Metrics, depth: () => Promise<QueueDepth[]>, now: () => number): void {
  let asked: Promise<QueueDepth[]> | undefined
  const ask = () => {
    asked ??= depth().finally(() => {
      asked = undefined
    })
    return asked
  }
  const gauge = (name: string, help: string, value: (row: QueueDepth) => number) =>
    metrics.gauge({
      name,
      help,
      labelNames: ['class'],
      async collect(gauge) {
        const rows = new Map((await ask()).map((row) => [row.lane_class, row]))
        for (const [rank, name] of laneClasses.entries()) {
          const row = rows.get(rank)
          gauge.set({ class: name }, row ? value(row) : 0)
        }
      },
    })
  gauge(
    'palomar_dispatcher_queued_messages',
    'Messages that are due and not attempted yet, in lanes that may send',
    ({ queued }) => Number(queued),
  )
  gauge(
    'palomar_dispatcher_queue_sendable_messages',
    'What the lanes may send of it within a second: the sum of min(queued, throughput)',
    ({ sendable }) => Number(sendable),
  )
  gauge(
    'palomar_dispatcher_queue_oldest_age_seconds',
    'How long the oldest message that is due has waited, in lanes that may send; 0 when none waits',
    ({ oldest_due }) => (oldest_due ? Math.max(0, now() - oldest_due.getTime()) / 1000 : 0),
  )
}
