/** The admin port: probes for Kubernetes and metrics for Prometheus. Never reachable from outside the cluster. */
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** True, or nothing: well. False, or a throw: not ready. */
// biome-ignore lint/suspicious/noConfusingVoidType: a check may be an async function without an answer
export type Check = () => boolean | void | Promise<boolean | void>

export interface AdminOptions {
  /** 0: a free one. */
  port: number
  host?: string
  checks?: Record<string, Check>
  metrics?: Metrics
  logger?: Logger
  /** How long one check may take. */
  checkTimeoutMs?: number
}

export interface Admin {
  readonly port: number
  /** Ready from the first `true`; `false` while stopping, so that no new work is routed here. */
  setReady(ready: boolean): void
  addCheck(name: string, check: Check): void
  stop(): Promise<void>
}

/**
 * - `/livez`: the process answers. It does not ask dependencies: a restart heals none of them.
 * - `/startupz`: it has been ready once.
 * - `/readyz`: it is ready and every check passes; the body names each.
 * - `/metrics`
 */
export function createAdmin(options: AdminOptions): Admin {
  const checks = new Map<string, Check>(Object.entries(options.checks ?? {}))
  const timeoutMs = options.checkTimeoutMs ?? 1_000
  let ready = false
  let started = false

  async function readyz(): Promise<Response> {
    const names = [...checks.keys()]
    const results = await Promise.all([...checks.values()].map((check) => passes(check, timeoutMs)))
    const failing = names.filter((_, i) => !results[i])
    const ok = ready && failing.length === 0
    const body = {
      ready: ok,
      started,
      checks: Object.fromEntries(names.map((name, i) => [name, results[i]])),
    }
    return Response.json(body, { status: ok ? 200 : 503 })
  }

  const server = Bun.serve({
    port: options.port,
    hostname: options.host ?? '127.0.0.1',
    // A probe or a scrape that hangs is not worth a connection.
    idleTimeout: 10,
    async fetch(request) {
      switch (new URL(request.url).pathname) {
        case '/livez':
          return new Response('ok\n')
        case '/startupz':
          return new Response(started ? 'ok\n' : 'starting\n', { status: started ? 200 : 503 })
        case '/readyz':
          return readyz()
        case '/metrics':
          if (!options.metrics) return new Response('no metrics\n', { status: 404 })
          return new Response(await options.metrics.text(), {
            headers: { 'content-type': options.metrics.contentType },
          })
        default:
          return new Response('not found\n', { status: 404 })
      }
    },
    error(error) {
      options.logger?.error('admin request failed', { error })
      return new Response('failed\n', { status: 500 })
    },
  })

  return {
    port: server.port ?? 0,
    setReady(now) {
      ready = now
      started ||= now
    },
    addCheck: (name, check) => void checks.set(name, check),
    stop: () => server.stop(true),
  }
}

async function passes(check: Check, timeoutMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  try {
    return (await Promise.race([Promise.resolve().then(() => check()), late])) !== false
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
