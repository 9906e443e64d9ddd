import { createMetrics, type Metrics } from '@palomar/runtime'

/** What the publisher of one stream counts. */
export interface StreamSeries {
  published(events: number, bytes: number, seconds: number): void
  failed: { inc(): void }
  refusedFull: { inc(): void }
}

/** What the consumers of one durable count and show. */
export interface DurableSeries {
  answered(answer: 'ok' | 'retry' | 'dead', by?: number): void
  batch(result: 'ok' | 'nak' | 'split'): void
  handled(seconds: number): void
  /** 1 while pulling is paused because infrastructure is down. */
  paused: { set(value: number): void }
  /** 1 while RETRY or DEAD refuse: somebody must look. */
  stopped: { set(value: number): void }
  mutation: { inc(): void }
}

export interface DurableState {
  durable: string
  /**
   * Seconds since the stream stored the oldest batch that is not answered yet; 0 when none waits. At least so old: of what is not in
   * hand here only the time since it was first seen is known.
   */
  oldestAgeS: number
  /**
   * Unix ms: what the stream had stored before has been answered, as far as this process can tell (what another replica holds and
   * is older than all that is held here is not seen). Undefined until the first look that can tell; never goes back.
   */
  answeredThrough: number | undefined
  pending: number
  ackPending: number
}

const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Each is read by an alert (failures, stopped, fill), an autoscaler (age, pending) or a benchmark (publishes). */
export function createBusMetrics(metrics: Metrics = createMetrics({ service: '', processMetrics: false })) {
  const stream = { labelNames: ['stream'] }
  const durable = { labelNames: ['durable'] }
  const publishes = metrics.counter({
    name: 'bus_publishes_total',
    help: 'Messages that JetStream acknowledged; each is one sync.',
    ...stream,
  })
  const events = metrics.counter({ name: 'bus_published_events_total', help: 'Events in them.', ...stream })
  const bytes = metrics.counter({ name: 'bus_published_bytes_total', help: 'Bytes in them.', ...stream })
  const failures = metrics.counter({
    name: 'bus_publish_failures_total',
    help: 'Publishes refused, timed out or never sent.',
    labelNames: ['stream', 'reason'],
  })
  const sizes = metrics.histogram({
    name: 'bus_publish_batch_events',
    help: 'Events per message.',
    buckets: batchSizes,
    ...stream,
  })
  const acks = metrics.histogram({
    name: 'bus_publish_ack_seconds',
    help: 'From sending a message to its acknowledgement.',
    ...stream,
  })
  const answers = metrics.counter({
    name: 'bus_consumed_events_total',
    help: 'Events by answer.',
    labelNames: ['durable', 'answer'],
  })
  const batches = metrics.counter({
    name: 'bus_consumed_batches_total',
    help: 'Batches acknowledged, handed back whole, or taken apart.',
    labelNames: ['durable', 'result'],
  })
  const handling = metrics.histogram({
    name: 'bus_handle_seconds',
    help: 'One call of a handler.',
    ...durable,
  })
  const paused = metrics.gauge({
    name: 'bus_consumer_paused',
    help: '1 while infrastructure is down and nothing is pulled.',
    ...durable,
  })
  const stopped = metrics.gauge({
    name: 'bus_consumer_stopped',
    help: '1 while RETRY or DEAD refuse what must be kept.',
    ...durable,
  })
  const mutations = metrics.counter({
    name: 'bus_test_mutations_total',
    help: 'Batches acknowledged too early on purpose, by a test.',
    ...durable,
  })
  return {
    stream(name: string): StreamSeries {
      const labels = { stream: name }
      const series = {
        publishes: publishes.labels(labels),
        events: events.labels(labels),
        bytes: bytes.labels(labels),
        sizes: sizes.labels(labels),
        acks: acks.labels(labels),
      }
      return {
        published(count, size, seconds) {
          series.publishes.inc()
          series.events.inc(count)
          series.bytes.inc(size)
          series.sizes.observe(count)
          series.acks.observe(seconds)
        },
        failed: failures.labels({ ...labels, reason: 'failed' }),
        refusedFull: failures.labels({ ...labels, reason: 'queue_full' }),
      }
    },
    durable(name: string): DurableSeries {
      const labels = { durable: name }
      // A series that begins at 1 has no increase: alerts would miss the first.
      for (const answer of ['ok', 'retry', 'dead']) answers.labels({ ...labels, answer })
      return {
        answered: (answer, by = 1) => answers.labels({ ...labels, answer }).inc(by),
        batch: (result) => batches.labels({ ...labels, result }).inc(),
        handled: (seconds) => handling.labels(labels).observe(seconds),
        paused: paused.labels(labels),
        stopped: stopped.labels(labels),
        mutation: mutations.labels(labels),
      }
    },
    /** Asked at each scrape; the first bus of a process answers. */
    onScrape(sources: { durables(): Promise<DurableState[]>; fills(): Promise<[string, number][]> }): void {
      const pending = metrics.gauge({
        name: 'bus_consumer_pending',
        help: 'Batches not handed out yet.',
        ...durable,
      })
      const ackPending = metrics.gauge({
        name: 'bus_consumer_ack_pending',
        help: 'Batches handed out and not answered.',
        ...durable,
      })
      metrics.gauge({
        name: 'bus_consumer_oldest_age_seconds',
        help: 'Age of the oldest batch not answered yet.',
        ...durable,
        async collect(age) {
          for (const state of await sources.durables()) {
            const labels = { durable: state.durable }
            age.set(labels, state.oldestAgeS)
            pending.set(labels, state.pending)
            ackPending.set(labels, state.ackPending)
          }
        },
      })
      metrics.gauge({
        name: 'bus_stream_fill_ratio',
        help: 'Bytes in the stream ÷ its limit; a full stream refuses.',
        ...stream,
        async collect(fill) {
          for (const [name, ratio] of await sources.fills()) fill.set({ stream: name }, ratio)
        },
      })
    },
  }
}

export type BusMetrics = ReturnType<typeof createBusMetrics>
