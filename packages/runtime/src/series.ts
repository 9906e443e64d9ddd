/**
 * Counters, gauges and histograms that cost an addition when they are used. prom-client's own hash and check the
 * labels on each call; here `labels()` hands out the series itself once, and prom-client sees it at scrape time.
 */

export type Labels = Record<string, string | number>

/** One line of the exposition format. */
export interface Sample {
  metricName?: string
  labels: Labels
  value: number
}

export interface CounterSeries {
  inc(by?: number): void
}
export interface GaugeSeries extends CounterSeries {
  set(value: number): void
  dec(by?: number): void
}
export interface HistogramSeries {
  observe(value: number): void
}

/** Series of one metric by their label values; a label set that grows without end is a leak, so it is bounded. */
const seriesMax = 5_000

export class Family<S> {
  readonly #byKey = new Map<string, { labels: Labels; series: S }>()
  #unlabelled: S | undefined
  constructor(
    private readonly labelNames: readonly string[],
    private readonly make: () => S,
  ) {}

  of(labels?: Labels): S {
    if (!labels || this.labelNames.length === 0) {
      if (!this.#unlabelled) {
        this.#unlabelled = this.make()
        this.#byKey.set('', { labels: {}, series: this.#unlabelled })
      }
      return this.#unlabelled
    }
    let key = ''
    for (const name of this.labelNames) key += `${labels[name] ?? ''}\u0000`
    const known = this.#byKey.get(key)
    if (known) return known.series
    const series = this.make()
    // Past the bound it still counts, but nobody sees it: better than a process that dies of its metrics.
    if (this.#byKey.size < seriesMax) this.#byKey.set(key, { labels: this.#pick(labels), series })
    return series
  }

  *all(): Iterable<{ labels: Labels; series: S }> {
    yield* this.#byKey.values()
  }

  clear(): void {
    this.#byKey.clear()
    this.#unlabelled = undefined
  }

  #pick(labels: Labels): Labels {
    return Object.fromEntries(this.labelNames.map((name) => [name, labels[name] ?? '']))
  }
}

export class NumberSeries implements GaugeSeries {
  value = 0
  inc(by = 1): void {
    this.value += by
  }
  dec(by = 1): void {
    this.value -= by
  }
  set(value: number): void {
    this.value = value
  }
}

export class BucketSeries implements HistogramSeries {
  readonly counts: Float64Array
  sum = 0
  count = 0
  constructor(readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length)
  }
  observe(value: number): void {
    this.sum += value
    this.count++
    const { bounds } = this
    for (let i = 0; i < bounds.length; i++) {
      if (value <= (bounds[i] as number)) {
        this.counts[i] = (this.counts[i] as number) + 1
        return
      }
    }
  }
  /** Cumulative, as Prometheus wants it. */
  samples(name: string, labels: Labels): Sample[] {
    let below = 0
    const out: Sample[] = this.bounds.map((le, i) => {
      below += this.counts[i] as number
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below }
    })
    out.push({ metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: this.count })
    out.push({ metricName: `${name}_sum`, labels, value: this.sum })
    out.push({ metricName: `${name}_count`, labels, value: this.count })
    return out
  }
}
