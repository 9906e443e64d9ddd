import type { dispatcherV1 } from '@palomar/contracts'
import { AppError, appError, toProblem } from '@palomar/errors'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { canonicalHash } from '../canonical-json.ts'
import { type Call, Reply, type Route, route } from '../route.ts'
import { validate } from '../validate.ts'
import { id, idParams, listAnswer, listOf, page } from './fields.ts'
import { mediaNamedBy, message, showMessage, showOutbound } from './message.ts'
import { refusalError, SendRefused } from './refusal.ts'
import { messagesMax, parseSend, type ResolveNumber } from './send-body.ts'

const tag = 'Messages'

/** Meta's body, or many of them; what is inside is cloud-api's to judge. */
const one = z.record(z.string(), z.unknown()).meta({
  description:
    'The body of POST /{phone-number-id}/messages, with number_id (or from: num_… or phone_number_id) and optionally scheduled_at.',
})
const many = z.strictObject({ messages: z.array(one).min(1).max(messagesMax) })
const results = z.object({
  results: z.array(
    z.union([z.object({ message }), z.object({ error: z.looseObject({ code: z.string() }) })]),
  ),
})

/** 500 messages of the longest text in four-byte characters, with their envelopes. */
const sendBytesMax = 6 * 1024 * 1024

type Result = { accepted: dispatcherV1.OutboundMessage } | { error: unknown }

export function messageRoutes(
  { dispatcher, inbox }: Clients,
  resolveFor: (tenantId: string) => ResolveNumber,
): Route[] {
  async function accept(
    call: Call,
    bodies: readonly unknown[],
    whole: unknown,
  ): Promise<{ results: Result[]; replayed: boolean }> {
    const resolve = resolveFor(call.session.identity.tenantId)
    const parsed = await Promise.all(
      bodies.map((body) =>
        parseSend(body, resolve).then(
          (item) => ({ item }),
          (error: unknown) => ({ error }),
        ),
      ),
    )
    // Not knowing is not a refusal: with tenancy away the request as a whole has to come again.
    for (const entry of parsed) if ('error' in entry && !isRefusal(entry.error)) throw entry.error
    const items = parsed.flatMap((entry) => ('item' in entry ? [entry.item] : []))
    if (items.length === 0) return { results: parsed as Result[], replayed: false }
    const answer = await dispatcher.acceptMessages(
      { items, idempotencyKey: idempotencyKey(call.headers), bodyHash: canonicalHash(whole), tenantId: '' },
      call.as('dispatcher'),
    )
    let at = 0
    const of = (): Result => {
      const { result } = answer.results[at++] ?? {}
      if (result?.$case === 'accepted') return { accepted: result.value }
      if (result?.$case === 'refused') return { error: refusalError(result.value) }
      throw appError('internal', { internal: 'AcceptMessages answered fewer results than items' })
    }
    return { results: parsed.map((entry) => ('item' in entry ? of() : entry)), replayed: answer.replayed }
  }

  return [
    route({
      method: 'POST',
      path: '/v1/messages',
      access: 'messages:send',
      tag,
      summary: 'Send a message, or up to 500',
      description:
        'Accepted messages are queued and answered whole. With Idempotency-Key the same body is sent once within 24 h and gets the same answer; another body under the key is 409. A batch is accepted item by item.',
      headers: {
        'Idempotency-Key':
          'At most 255 characters of your own; makes a repeated request harmless for 24 hours.',
      },
      body: z.union([many, one]),
      bodyBytesMax: sendBytesMax,
      status: 202,
      answer: z.union([message, results]),
      refusals: [
        'window_closed',
        'number_paused',
        'number_unknown',
        'quota_exceeded',
        'idempotency_key_reused',
        'template_not_found',
      ],
      handle: async (input) => {
        const { body } = input
        const batch = 'messages' in body ? validate(many, body).messages : undefined
        const { results, replayed } = await accept(input, batch ?? [body], body)
        const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {}
        if (batch)
          return new Reply(
            { results: results.map((result) => showResult(result, input.requestId)) },
            { headers },
          )
        const [result] = results
        if (!result || 'error' in result) throw result?.error
        return new Reply(showOutbound(result.accepted), { headers })
      },
    }),
    route({
      method: 'GET',
      path: '/v1/messages',
      access: 'messages:read',
      tag,
      summary: 'Messages, newest first',
      query: page.extend({
        conversation_id: id('conversation').optional(),
        number_id: id('number').optional(),
        direction: z.enum(['inbound', 'outbound']).optional(),
        state: z.string().max(32).optional(),
      }),
      status: 200,
      answer: listOf(message),
      handle: async ({ query, as }) => {
        const { messages, nextCursor } = await inbox.listMessages(
          {
            page: { limit: query.limit, cursor: query.cursor },
            conversationId: query.conversation_id ?? '',
            numberId: query.number_id ?? '',
            direction: query.direction ?? '',
            state: query.state ?? '',
          },
          as('inbox'),
        )
        return listAnswer(messages, nextCursor, showMessage)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/messages/:id',
      access: 'messages:read',
      tag,
      summary: 'One message: from the ledger while it is there, then from the inbox',
      params: idParams('message'),
      status: 200,
      answer: message,
      handle: async ({ params, as }) => {
        const outbound = await unlessGone(dispatcher.getMessage({ id: params.id }, as('dispatcher')))
        if (outbound && mediaNamedBy(outbound)) {
          // What became of its file the inbox's copy knows, once it has one.
          return showOutbound(outbound, await unlessGone(inbox.getMessage({ id: params.id }, as('inbox'))))
        }
        if (outbound) return showOutbound(outbound)
        return showMessage(await inbox.getMessage({ id: params.id }, as('inbox')))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/messages/:id/cancel',
      access: 'messages:send',
      tag,
      summary: 'Cancel a message that is still queued',
      params: idParams('message'),
      status: 200,
      answer: message,
      refusals: ['not_cancellable'],
      handle: async ({ params, as }) => {
        const cancelled = await unlessGone(dispatcher.cancelMessage({ id: params.id }, as('dispatcher')))
        if (cancelled) return showOutbound(cancelled)
        // What has left the ledger is done with; what was never ours is not found.
        const { state } = await inbox.getMessage({ id: params.id }, as('inbox'))
        throw appError('not_cancellable', { detail: `The message is ${state}.` })
      },
    }),
  ]
}

function idempotencyKey(headers: Headers): string {
  const key = headers.get('idempotency-key')
  if (key === null) return ''
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  const detail = 'Between 1 and 255 visible ASCII characters.'
  throw appError('validation_failed', { fields: [{ path: 'Idempotency-Key', code: 'invalid', detail }] })
}

/** Undefined when it is not there; any other failure stays one. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'validation_failed' || error.code === 'number_unknown')

function showResult(result: Result, requestId: string): unknown {
  if ('accepted' in result) return { message: showOutbound(result.accepted) }
  const { body } = toProblem(result.error, requestId)
  const { error } = result
  return { error: error instanceof SendRefused ? { ...body, alternatives: error.alternatives } : body }
}
