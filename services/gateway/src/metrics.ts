import type { HistogramSeries, Metrics } from '@palomar/runtime'

export interface GatewayMetrics {
  /** Latency of the API by route, method and status (O3, O5). */
  request(method: string, route: string, status: number, seconds: number): void
}

/** Methods that anyone can invent would each be a series for ever. */
const methods = new Set(['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])

export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const seconds = metrics.histogram({
    name: 'http_request_seconds',
    help: 'API requests from their head to their answer',
    labelNames: ['method', 'route', 'status'],
  })
  const series = new Map<string, HistogramSeries>()
  return {
    request(method, route, status, took) {
      const known = methods.has(method) ? method : 'other'
      const key = `${known} ${route} ${status}`
      let one = series.get(key)
      if (!one) {
        one = seconds.labels({ method: known, route, status: String(status) })
        series.set(key, one)
      }
      one.observe(took)
    },
  }
}
