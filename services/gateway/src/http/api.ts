/** Everything that is not a webhook or a socket: the API through Elysia, its document, CORS and the common headers. */
import { appError } from '@palomar/errors'
import type { Logger } from '@palomar/runtime'
import type { GatewayMetrics } from '../metrics.ts'
import { type Arrivals, createApp, methodsOf } from './app.ts'
import { docsResponse } from './docs.ts'
import { createCors, secure } from './headers.ts'
import type { PipelineDeps } from './pipeline.ts'
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

  async function answer({
    request,
    path,
    ip,
    requestId,
  }: Incoming): Promise<{ response: Response; route: string }> {
    const { method } = request
    if (method === 'OPTIONS')
      return { response: cors.preflight(request.headers.get('origin')), route: 'preflight' }
    if (method === 'GET') {
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
    }
    const arrival = { url: new URL(request.url), ip, requestId }
    arrivals.set(request, arrival)
    const response = await app.fetch(request)
    const { route } = arrivals.get(request) ?? {}
    if (route !== undefined) return { response, route }
    return { response: nowhere(path, requestId), route: 'none' }
  }

  function nowhere(path: string, requestId: string): Response {
    const allowed = methods(path)
    if (!allowed) return problemResponse(appError('not_found'), requestId)
    return problemResponse(appError('method_not_allowed'), requestId, { allow: allowed.join(', ') })
  }

  return async (incoming) => {
    const startedAt = performance.now()
    const { request, requestId } = incoming
    let response: Response
    let route = 'none'
    try {
      ;({ response, route } = await answer(incoming))
    } catch (error) {
      options.logger.error('request failed outside its route', { request_id: requestId, error })
      response = problemResponse(error, requestId)
    }
    response.headers.set('x-request-id', requestId)
    secure(response.headers)
    if (request.method !== 'OPTIONS') cors.apply(request.headers.get('origin'), response.headers)
    options.metrics.request(request.method, route, response.status, (performance.now() - startedAt) / 1000)
    return response
  }
}
