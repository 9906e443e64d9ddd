/**
 * Meta's webhook (CONTRACTS C). Raw bytes in, 200 only once they are on disk. Neither Elysia nor a body parser nor a
 * global hook stands on this path; no database and no gRPC either, except one look-up of an app we never heard of.
 *
 * If the process dies: before the publish, or before its acknowledgement, Meta gets no 200 and delivers again; after
 * it, the body is on disk. A body stored twice is harmless: its id is the same, and so are its events'.
 */
import type { Publisher } from '@palomar/bus'
import { answerHandshake, verifySignature } from '@palomar/cloud-api'
import { eventIdOf, type webhooksV1 } from '@palomar/contracts'
import { AppError } from '@palomar/errors'
import type { Limiter } from '@palomar/ratelimit'
import type { Clock, Logger } from '@palomar/runtime'
import { readBody } from '../http/body.ts'
import type { AppSecrets, WebhookApp } from './app-secrets.ts'
import type { WebhookCounts, WebhookResult } from './counts.ts'
import { defaultSlug } from './path.ts'

/** Meta sends at most 3 MB; twice that leaves room, and one body still fits into a NATS message. */
export const webhookBytesMax = 6 * 1024 * 1024
/** Wrong signatures per source: a misconfigured secret shows at once, a flood is answered cheaply (W12). */
const badSignatureRate = { ratePerSecond: 5, burst: 50 }

export interface ReceiveDeps {
  apps: AppSecrets
  publisher: Pick<Publisher<webhooksV1.WebhookBody>, 'publish'>
  limiter: Pick<Limiter, 'take'>
  counts: WebhookCounts
  clock: Clock
  logger: Logger
  /** False: acknowledged and logged, nothing else (C10). */
  enabled: boolean
}

export interface Delivery {
  request: Request
  slug: string
  /** Asked for only when there is a reason to. */
  ip(): string
  requestId: string
}

export type Receiver = (delivery: Delivery) => Promise<Response>

export function createReceiver(deps: ReceiveDeps): Receiver {
  const { counts, clock, logger } = deps
  async function answer(delivery: Delivery): Promise<Response> {
    const { method } = delivery.request
    if (method === 'GET') return shakeHands(deps, delivery)
    if (method !== 'POST') return plain(405, 'method not allowed', { allow: 'GET, POST' })
    const startedAt = clock.monotonic()
    const { result, response, appId } = await receive(deps, delivery)
    counts.count(result, (clock.monotonic() - startedAt) / 1000, appId)
    return response
  }
  return async (delivery) => {
    const response = await answer(delivery)
    const { request, slug, requestId } = delivery
    // H3: whoever was refused finds his request id; what was stored has its own line of life in the streams.
    if (response.status >= 400) {
      logger.info('webhook refused', {
        request_id: requestId,
        method: request.method,
        slug,
        status: response.status,
      })
    }
    return response
  }
}

interface Outcome {
  result: WebhookResult
  response: Response
  appId?: string
}

async function receive(deps: ReceiveDeps, delivery: Delivery): Promise<Outcome> {
  const { request, slug } = delivery
  const read = await bodyOf(request)
  if ('response' in read) return read
  const { body } = read
  if (!deps.enabled) return ignored(deps, delivery, body)
  const found = await appOf(deps, slug)
  if (found === 'unknown') {
    // C10: when it is certain that no app exists at all, the installation is not set up yet.
    if (deps.apps.isEmpty && slug === defaultSlug) return ignored(deps, delivery, body)
    return { result: 'unknown_app', response: plain(404, 'no such app') }
  }
  if (found === 'not known') return { result: 'not_ready', response: comeAgain() }
  const signature = request.headers.get('x-hub-signature-256')
  if (!verifySignature(body, signature, found.secrets)) return badSignature(deps, delivery.ip())
  return store(deps, delivery, found, body, signature ?? '')
}

async function bodyOf(request: Request): Promise<{ body: Uint8Array } | Outcome> {
  try {
    return { body: await readBody(request, webhookBytesMax) }
  } catch (error) {
    if (error instanceof AppError && error.code === 'payload_too_large') {
      return { result: 'too_large', response: plain(413, 'body too large') }
    }
    // The sender went away in the middle: nothing to keep, and he delivers again.
    return { result: 'aborted', response: plain(400, 'body not received') }
  }
}

async function appOf(
  { apps, logger }: ReceiveDeps,
  slug: string,
): Promise<WebhookApp | 'unknown' | 'not known'> {
  if (!apps.isReady()) return 'not known'
  const known = apps.peek(slug)
  if (known) return known
  if (slug === '') return 'unknown'
  try {
    return (await apps.lookUp(slug)) ?? 'unknown'
  } catch (error) {
    logger.warn('an app could not be looked up, the delivery has to come again', { slug, error })
    return 'not known'
  }
}

async function store(
  { publisher, clock, logger }: ReceiveDeps,
  { requestId }: Delivery,
  app: WebhookApp,
  body: Uint8Array,
  signature: string,
): Promise<Outcome> {
  const receivedAt = new Date(clock.now())
  // The signature is a hash of the bytes, so the same bytes under the same secret have the same id.
  const id = eventIdOf('webhook', app.appId, signature.toLowerCase())
  try {
    await publisher.publish([
      {
        header: { id, tenantId: '', time: receivedAt, traceparent: '' },
        appId: app.appId,
        receivedAt,
        body: body as Buffer,
        requestId,
      },
    ])
  } catch (error) {
    logger.warn('a webhook could not be stored', { app_id: app.appId, request_id: requestId, error })
    return { result: 'not_stored', response: comeAgain() }
  }
  return { result: 'stored', response: plain(200, 'stored'), appId: app.appId }
}

async function badSignature({ limiter }: ReceiveDeps, ip: string): Promise<Outcome> {
  const taken = await limiter.take(`webhook-signature:${ip}`, badSignatureRate)
  if (taken.ok) return { result: 'bad_signature', response: plain(401, 'bad signature') }
  const seconds = String(Math.max(1, Math.ceil(taken.retryAfterMs / 1000)))
  return { result: 'throttled', response: plain(429, 'too many bad signatures', { 'retry-after': seconds }) }
}

/** W10: acknowledged and logged, nothing else. */
function ignored({ logger }: ReceiveDeps, { requestId }: Delivery, body: Uint8Array): Outcome {
  logger.info('webhook acknowledged and not kept: WhatsApp is not set up', {
    bytes: body.byteLength,
    request_id: requestId,
  })
  return { result: 'ignored', response: plain(200, 'ignored') }
}

/** W1: the challenge as the whole body, or 403. */
async function shakeHands(deps: ReceiveDeps, { request, slug }: Delivery): Promise<Response> {
  const app = await appOf(deps, slug)
  if (app === 'not known') return comeAgain()
  if (app === 'unknown') return plain(404, 'no such app')
  const answer = answerHandshake(new URL(request.url).searchParams, app.verifyToken)
  return answer.ok ? plain(200, answer.challenge) : plain(403, 'verify token does not match')
}

/** Not kept, for reasons of ours that pass: Meta delivers again, for days. */
const comeAgain = () => plain(503, 'not stored', { 'retry-after': '5' })

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers },
  })
}
