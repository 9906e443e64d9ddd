import { expect, test } from 'bun:test'
import { createMetrics } from './metrics.ts'

const valuesOf = (text: string, name: string) =>
  text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'))

test('O3: counters, gauges and histograms come out as Prometheus reads them', async () => {
  const metrics = createMetrics({ service: 'test', processMetrics: false })
  const calls = metrics.counter({ name: 'calls_total', help: 'calls', labelNames: ['method', 'code'] })
  calls.inc({ method: 'a', code: 0 })
  calls.labels({ code: 0, method: 'a' }).inc(2)
  metrics.counter({ name: 'plain_total', help: 'p' })
  const open = metrics.gauge({ name: 'open', help: 'o' })
  open.inc(5)
  open.dec()
  const seconds = metrics.histogram({ name: 'took_seconds', help: 's', buckets: [0.1, 1] })
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value)
  const text = await metrics.text()
  expect(valuesOf(text, 'calls_total')).toEqual(['calls_total{method="a",code="0",service="test"} 3'])
  expect(valuesOf(text, 'plain_total')).toEqual(['plain_total{service="test"} 0'])
  expect(valuesOf(text, 'open')).toEqual(['open{service="test"} 4'])
  expect(valuesOf(text, 'took_seconds')).toEqual([
    'took_seconds_bucket{le="0.1",service="test"} 2',
    'took_seconds_bucket{le="1",service="test"} 3',
    'took_seconds_bucket{le="+Inf",service="test"} 4',
    'took_seconds_sum{service="test"} 7.65',
    'took_seconds_count{service="test"} 4',
  ])
  expect(text).toContain('# TYPE took_seconds histogram')
})

test('the same name is the same metric, and another kind under it is refused', async () => {
  const metrics = createMetrics({ service: 'test', processMetrics: false })
  metrics.counter({ name: 'n_total', help: 'n' }).inc()
  metrics.counter({ name: 'n_total', help: 'n' }).inc()
  expect(valuesOf(await metrics.text(), 'n_total')).toEqual(['n_total{service="test"} 2'])
  expect(() => metrics.gauge({ name: 'n_total', help: 'n' })).toThrow('is a counter')
})

test('a gauge is asked at the scrape; one that cannot be asked does not spoil the others', async () => {
  const metrics = createMetrics({ service: 'test', processMetrics: false })
  metrics.gauge({ name: 'depth', help: 'd', collect: async (gauge) => gauge.set(9) })
  metrics.gauge({ name: 'broken', help: 'b', collect: () => Promise.reject(new Error('away')) })
  metrics.gauge({
    name: 'broken_too',
    help: 'b',
    collect: () => {
      throw new Error('away')
    },
  })
  const text = await metrics.text()
  expect(valuesOf(text, 'depth')).toEqual(['depth{service="test"} 9'])
  expect(valuesOf(text, 'broken')).toEqual([])
})

test('the series of this process are there, and those that Bun makes up are not', async () => {
  const text = await createMetrics({ service: 'test' }).text()
  expect(text).toContain('process_resident_memory_bytes')
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
  expect(text).not.toMatch(/nodejs_(gc_|heap_space_|eventloop_utilization)/)
})

test('label sets are bounded: a label with endless values cannot eat the memory', async () => {
  const metrics = createMetrics({ service: 'test', processMetrics: false })
  const counter = metrics.counter({ name: 'n_total', help: 'n', labelNames: ['id'] })
  for (let i = 0; i < 6_000; i++) counter.inc({ id: i })
  expect(valuesOf(await metrics.text(), 'n_total')).toHaveLength(5_000)
})
