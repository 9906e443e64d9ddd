import { status } from '@grpc/grpc-js'
import type { Metrics } from '@palomar/runtime'

/** Told of each finished call: gRPC path, status number, milliseconds. */
export type CallObserver = (path: string, code: number, ms: number) => void

/** `rpc_server_seconds` / `rpc_client_seconds` by method and status: the latency and error graphs of O3. */
export function callObserver(metrics: Metrics | undefined, side: 'server' | 'client'): CallObserver {
  if (!metrics) return () => {}
  const seconds = metrics.histogram({
    name: `rpc_${side}_seconds`,
    help: `Duration of gRPC calls, ${side} side`,
    labelNames: ['method', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  })
  // Label lookups cost more than the observation itself.
  const series = new Map<string, { observe(value: number): void }>()
  return (path, code, ms) => {
    const key = `${path} ${code}`
    let one = series.get(key)
    if (!one) {
      one = seconds.labels({ method: path, code: status[code] ?? String(code) })
      series.set(key, one)
    }
    one.observe(ms / 1000)
  }
}
