/** The routes in Elysia, which matches paths and describes itself to the OpenAPI plugin; each runs through the pipeline. */
import { Elysia } from 'elysia'
import { openApi } from './openapi.ts'
import { operationOf } from './operation.ts'
import { type Arrival, type PipelineDeps, run } from './pipeline.ts'
import type { Route } from './route.ts'

/** What the server knows of a request before Elysia sees it. */
export type Arrivals = WeakMap<Request, Omit<Arrival, 'params' | 'request'>>

export function createApp(
  routes: readonly Route[],
  deps: PipelineDeps & { arrivals: Arrivals; publicUrl: string },
) {
  const app = new Elysia({ aot: true }).use(openApi(deps.publicUrl))
  for (const route of routes) {
    app.route(
      route.method,
      route.path,
      ({ request, params }: { request: Request; params?: Record<string, string> }) => {
        const arrival = deps.arrivals.get(request)
        if (!arrival) throw new Error('a request that the server did not announce')
        arrival.outcome.route = route.path
        return run(route, { ...arrival, request, params: params ?? {} }, deps)
      },
      // The pipeline reads the body, when it is this route's turn and not before.
      { parse: 'none', detail: operationOf(route) as never } as never,
    )
  }
  return app
}

/** Which methods a path takes, for 405; undefined when there is no such path. */
export function methodsOf(routes: readonly Route[]): (path: string) => string[] | undefined {
  const patterns = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  for (const { path, method } of routes) {
    const known = patterns.get(path)
    if (known) known.methods.add(method)
    else patterns.set(path, { pattern: patternOf(path), methods: new Set([method]) })
  }
  return (path) => {
    const methods = [...patterns.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((p) => [...p.methods])
    return methods.length > 0 ? [...new Set(methods)] : undefined
  }
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/')
  return new RegExp(`^${source}$`)
}
