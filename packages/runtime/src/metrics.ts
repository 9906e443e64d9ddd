import { collectDefaultMetrics, Registry } from 'prom-client'
import {
  BucketSeries,
  type CounterSeries,
  Family,
  type GaugeSeries,
  type HistogramSeries,
  type Labels,
  NumberSeries,
  type Sample,
} from './series.ts'

export interface MetricOptions {
  /** snake_case with its unit last, such as `webhook_accept_seconds`. */
  name: string
  help: string
  labelNames?: readonly string[]
}
export interface GaugeOptions extends MetricOptions {
  /** Runs at each scrape, for what is asked rather than counted. */
  collect?: (gauge: Gauge) => void | Promise<void>
}
export interface HistogramOptions extends MetricOptions {
  buckets?: readonly number[]
}

/** On a hot path keep what `labels()` returns. */
export interface Counter {
  inc(by?: number): void
  inc(labels: Labels, by?: number): void
  labels(labels: Labels): CounterSeries
}
export interface Gauge {
  set(value: number): void
  set(labels: Labels, value: number): void
  inc(by?: number): void
  inc(labels: Labels, by?: number): void
  dec(by?: number): void
  dec(labels: Labels, by?: number): void
  labels(labels: Labels): GaugeSeries
  /** Forgets all series, for gauges whose labels come and go. */
  reset(): void
}
export interface Histogram {
  observe(value: number): void
  observe(labels: Labels, value: number): void
  labels(labels: Labels): HistogramSeries
  /** Seconds until the returned function is called. */
  startTimer(labels?: Labels): () => number
}

export interface Metrics {
  /** The same name twice gives the same metric. */
  counter(options: MetricOptions): Counter
  gauge(options: GaugeOptions): Gauge
  histogram(options: HistogramOptions): Histogram
  /** The exposition format of Prometheus. */
  text(): Promise<string>
  readonly contentType: string
  readonly registry: Registry
}

const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Bun answers these without measuring them (loop *lag* is real, utilisation is not). */
const nonsenseOnBun = /^nodejs_(eventloop_utilization|gc_|heap_space_)/

/** `processMetrics: false` leaves out CPU, memory and loop lag of this process. */
export function createMetrics(options: { service: string; processMetrics?: boolean }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service: options.service })
  if (options.processMetrics !== false) {
    collectDefaultMetrics({ register: registry })
    for (const { name } of registry.getMetricsAsArray()) {
      if (nonsenseOnBun.test(name)) registry.removeSingleMetric(name)
    }
  }
  const known = new Map<string, { type: string; metric: unknown }>()

  function once<M>(type: string, { name, help }: MetricOptions, make: () => { metric: M; get: Collect }): M {
    const existing = known.get(name)
    if (existing) {
      if (existing.type !== type) throw new Error(`metric ${name} is a ${existing.type}, not a ${type}`)
      return existing.metric as M
    }
    const { metric, get } = make()
    const collect = async () => ({ name, help, type, aggregator: 'sum', values: await get() })
    registry.registerMetric({ name, get: collect } as never)
    known.set(name, { type, metric })
    return metric
  }

  return {
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (o) => once('counter', o, () => makeCounter(o)),
    gauge: (o) => once('gauge', o, () => makeGauge(o)),
    histogram: (o) => once('histogram', o, () => makeHistogram(o)),
  }
}

type Collect = () => Sample[] | Promise<Sample[]>

function makeCounter({ labelNames = [] }: MetricOptions): { metric: Counter; get: Collect } {
  const family = new Family(labelNames, () => new NumberSeries())
  if (labelNames.length === 0) family.of()
  const metric: Counter = {
    inc: (first?: Labels | number, by?: number) =>
      typeof first === 'object' ? family.of(first).inc(by) : family.of().inc(first),
    labels: (labels) => family.of(labels),
  }
  return { metric, get: () => valuesOf(family) }
}

function makeGauge({ labelNames = [], collect }: GaugeOptions): { metric: Gauge; get: Collect } {
  const family = new Family(labelNames, () => new NumberSeries())
  const metric: Gauge = {
    set: (first: Labels | number, value?: number) =>
      typeof first === 'object' ? family.of(first).set(value ?? 0) : family.of().set(first),
    inc: (first?: Labels | number, by?: number) =>
      typeof first === 'object' ? family.of(first).inc(by) : family.of().inc(first),
    dec: (first?: Labels | number, by?: number) =>
      typeof first === 'object' ? family.of(first).dec(by) : family.of().dec(first),
    labels: (labels) => family.of(labels),
    reset: () => family.clear(),
  }
  const get = async () => {
    // A gauge that cannot be asked right now is missing from this scrape; the others are not.
    if (collect) await (async () => collect(metric))().catch(() => family.clear())
    return valuesOf(family)
  }
  return { metric, get }
}

function makeHistogram(options: HistogramOptions): { metric: Histogram; get: Collect } {
  const { name, labelNames = [], buckets = defaultBuckets } = options
  const family = new Family(labelNames, () => new BucketSeries(buckets))
  const metric: Histogram = {
    observe: (first: Labels | number, value?: number) =>
      typeof first === 'object' ? family.of(first).observe(value ?? 0) : family.of().observe(first),
    labels: (labels) => family.of(labels),
    startTimer: (labels) => {
      const startedAt = performance.now()
      return () => {
        const seconds = (performance.now() - startedAt) / 1000
        family.of(labels).observe(seconds)
        return seconds
      }
    },
  }
  return {
    metric,
    get: () => [...family.all()].flatMap(({ labels, series }) => series.samples(name, labels)),
  }
}

function valuesOf(family: Family<NumberSeries>): Sample[] {
  return [...family.all()].map(({ labels, series }) => ({ labels, value: series.value }))
}
