/** Everything that is not a webhook or a socket: the API through Elysia, its document, CORS and the common headers. */
import { appError } from '@palomar/errors'
import type { Logger } from '@palomar/runtime'
import type { GatewayMetrics } from '../metrics.ts'
import { type Arrivals, createApp, methodsOf } from './app.ts'
import { docsResponse } from './docs.ts'
import { createCors, secure } from './headers.ts'
import type { Arrival, PipelineDeps } from './pipeline.ts'
import { problemResponse } from './problem.ts'
import type { Route } from './route.ts'

export interface ApiOptions extends PipelineDeps {
  routes: readonly Route[]
  publicUrl: string
  allowedOrigins: readonly string[]
  metrics: GatewayMetrics
  logger: Logger
  health(): { ok: boolean; body: unknown }
}

export interface Incoming {
  request: Request
  path: string
  ip: string
  requestId: string
}

export type Api = (incoming: Incoming) => Promise<Response>

export function createApi(options: ApiOptions): Api {
  const arrivals: Arrivals = new WeakMap()
  const app = createApp(options.routes, { ...options, arrivals })
  const methods = methodsOf(options.routes)
  const cors = createCors(options.allowedOrigins)
  let document: string | undefined

  async function answer(incoming: Incoming, outcome: Arrival['outcome']): Promise<Response> {
    const { request, path, ip, requestId } = incoming
    const { method } = request
    if (method === 'OPTIONS') {
      outcome.route = 'preflight'
      return cors.preflight(request.headers.get('origin'))
    }
    const fixed = method === 'GET' ? await fixedAnswer(request, path) : undefined
    if (fixed) {
      outcome.route = fixed.route
      return fixed.response
    }
    arrivals.set(request, { url: new URL(request.url), ip, requestId, outcome })
    const response = await app.fetch(request)
    return outcome.route === undefined ? nowhere(path, requestId) : response
  }

  /** What is the same for everyone: documentation and health. */
  async function fixedAnswer(
    request: Request,
    path: string,
  ): Promise<{ response: Response; route: string } | undefined> {
    const page = docsResponse(path)
    if (page) return { response: page, route: '/docs' }
    if (path === '/openapi.json') {
      document ??= await (await app.fetch(request)).text()
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, must-revalidate' }
      return { response: new Response(document, { headers }), route: path }
    }
    if (path === '/health') {
      const { ok, body } = options.health()
      return { response: Response.json(body, { status: ok ? 200 : 503 }), route: path }
    }
    return undefined
  }

  function nowhere(path: string, requestId: string): Response {
    const allowed = methods(path)
    if (!allowed) return problemResponse(appError('not_found'), requestId)
    return problemResponse(appError('method_not_allowed'), requestId, { allow: allowed.join(', ') })
  }

  /** H3: whoever quotes a request id finds it here, refused or not. */
  function log(
    request: Request,
    outcome: Arrival['outcome'],
    requestId: string,
    status: number,
    ms: number,
  ): void {
    if (outcome.route === 'preflight' || /^(\/api)?\/health(\/|$)/.test(outcome.route ?? '')) return
    options.logger.info('request', {
      request_id: requestId,
      method: request.method,
      route: outcome.route,
      status,
      ms: Math.round(ms * 10) / 10,
      tenant_id: outcome.tenantId,
      actor_id: outcome.actorId,
      code: outcome.code,
    })
  }

  return async (incoming) => {
    const startedAt = performance.now()
    const { request, requestId } = incoming
    const outcome: Arrival['outcome'] = {}
    let response: Response
    try {
      response = await answer(incoming, outcome)
    } catch (error) {
      options.logger.error('request failed outside its route', { request_id: requestId, error })
      response = problemResponse(error, requestId)
    }
    response.headers.set('x-request-id', requestId)
    secure(response.headers)
    if (request.method !== 'OPTIONS') cors.apply(request.headers.get('origin'), response.headers)
    const ms = performance.now() - startedAt
    options.metrics.request(request.method, outcome.route ?? 'none', response.status, ms / 1000)
    log(request, outcome, requestId, response.status, ms)
    return response
  }
}
