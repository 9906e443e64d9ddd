/**
 * What every operation goes through, in this order: who is it, how often, may he, is the input right, then the work.
 * A refusal never says more than its step knows: without a credential nobody learns whether the body was valid.
 */
import { parseId } from '@palomar/contracts'
import { AppError, appError } from '@palomar/errors'
import { withDeadline } from '@palomar/rpc'
import { injectTraceparent, type Logger, runWithContext, withSpan } from '@palomar/runtime'
import { credentialOf } from '../auth/credential.ts'
import type { Exchange, Session } from '../auth/exchange.ts'
import { readJson } from './body.ts'
import { findNul } from './json-limits.ts'
import type { ApiLimits, LimitHeaders } from './limits.ts'
import { Throttled } from './limits.ts'
import { problemResponse } from './problem.ts'
import { type Input, Reply, type Route, TextReply } from './route.ts'
import { validate } from './validate.ts'

/** A request may take this long in all; balancers give up after 15 to 60 s. */
const requestMsMax = 15_000
const bodyBytesMax = 1024 * 1024

export interface PipelineDeps {
  exchange: Exchange
  limits: ApiLimits
  logger: Logger
}

export interface Arrival {
  request: Request
  url: URL
  params: Record<string, string>
  ip: string
  requestId: string
  /** Filled in on the way, for the one log line of the request. */
  outcome: { route?: string; tenantId?: string; actorId?: string; code?: string }
}

export async function run(route: Route, arrival: Arrival, deps: PipelineDeps): Promise<Response> {
  const { request, requestId } = arrival
  const traceparent = request.headers.get('traceparent') ?? undefined
  let limitHeaders: LimitHeaders = {}
  try {
    return await runWithContext({ requestId, traceparent }, () =>
      withSpan(`${route.method} ${route.path}`, {}, work, { kind: 'server' }),
    )
  } catch (error) {
    if (error instanceof Throttled) limitHeaders = error.headers
    arrival.outcome.code = error instanceof AppError ? error.code : 'internal'
    logFailure(deps.logger, route, error, requestId)
    return problemResponse(error, requestId, limitHeaders)
  }

  async function work(): Promise<Response> {
    await route.guard?.(arrival)
    const { session, tenantId } = await identify(route, arrival, deps.exchange)
    if (!session) return act(undefined, tenantId)
    Object.assign(arrival.outcome, { tenantId: session.identity.tenantId, actorId: session.identity.actorId })
    limitHeaders = await deps.limits.takeRequest(session)
    if (route.access !== 'authenticated' && !session.permissions.has(route.access))
      throw appError('forbidden')
    const { tenantId: ofTenant, actorId } = session.identity
    // The span in hand, not the caller's: what follows hangs below our own.
    const known = { requestId, tenantId: ofTenant, actorId, traceparent: injectTraceparent() }
    return runWithContext(known, () => act(session, tenantId))
  }

  async function act(session: Session | undefined, tenantId: string): Promise<Response> {
    const input = await parse(route, arrival, session, tenantId)
    const answer = await withDeadline(requestMsMax, () => route.handle(input))
    return respond(route, answer, limitHeaders)
  }
}

async function identify(
  route: Route,
  { request, url }: Arrival,
  exchange: Exchange,
): Promise<{ session?: Session; tenantId: string }> {
  if (route.access === 'public') return { tenantId: '' }
  const credential = credentialOf(request.headers)
  const named = request.headers.get('x-tenant-id') ?? url.searchParams.get('tenant_id') ?? ''
  // A company that cannot exist is answered as one that does not.
  if (named !== '' && !parseId('tenant', named)) {
    await exchange.get(credential, '')
    throw appError('not_found')
  }
  return { session: await exchange.get(credential, named), tenantId: named }
}

async function parse(
  route: Route,
  { request, url, params, ip, requestId }: Arrival,
  session: Session | undefined,
  tenantId: string,
): Promise<Input<never, never, never>> {
  const query = Object.fromEntries(url.searchParams)
  const nul = findNul(query)
  if (nul !== undefined) {
    throw appError('validation_failed', {
      fields: [{ path: nul, code: 'malformed', detail: 'U+0000 is no text.' }],
    })
  }
  if (!(route.query && 'tenant_id' in route.query.shape)) delete query.tenant_id
  const known = (): Session => {
    if (!session) throw new Error(`${route.path} is public: it has no session`)
    return session
  }
  const input = {
    ip,
    requestId,
    tenantId,
    headers: request.headers,
    params: paramsOf(route, params),
    stream: route.bytes ? request.body : null,
    query: route.query ? validate(route.query, query) : undefined,
    body: route.body
      ? validate(route.body, await readJson(request, route.bodyBytesMax ?? bodyBytesMax))
      : undefined,
    get session() {
      return known()
    },
    as(audience: string) {
      const token = known().tokens[audience]
      if (token === undefined) throw appError('internal', { internal: `no caller token for ${audience}` })
      return { token }
    },
  }
  // Its parts went through the schemas of this very route, whose types a list of routes cannot hold.
  return input as Input<never, never, never>
}

/** A path that cannot be the id of anything is not found, exactly as an id of nothing. */
function paramsOf(route: Route, params: Record<string, string>): unknown {
  if (!route.params) return undefined
  const result = route.params.safeParse(params)
  if (!result.success) throw appError('not_found')
  return result.data
}

function respond(route: Route, answer: unknown, limitHeaders: LimitHeaders): Response {
  if (answer instanceof TextReply) {
    return new Response(answer.text, {
      status: route.status,
      headers: { ...limitHeaders, ...answer.headers },
    })
  }
  if (answer instanceof Response) {
    for (const [name, value] of Object.entries(limitHeaders)) answer.headers.set(name, value)
    return answer
  }
  const reply = answer instanceof Reply ? answer : new Reply(answer)
  const headers = { ...limitHeaders, ...reply.options.headers }
  const status = reply.options.status ?? route.status
  if (status === 204) return new Response(null, { status, headers })
  return Response.json(reply.body, { status, headers })
}

/** Refusals are the caller's business; what we did not expect is logged here, once. */
function logFailure(logger: Logger, route: Route, error: unknown, requestId: string): void {
  if (error instanceof AppError && error.code !== 'internal') return
  logger.error('request failed', { method: route.method, route: route.path, request_id: requestId, error })
}
