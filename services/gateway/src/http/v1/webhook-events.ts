import type { ingestV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
  dateOf,
  id,
  idParams,
  instant,
  iso,
  json,
  listAnswer,
  listOf,
  nullableInstant,
  nullableText,
  orNull,
  page,
} from './fields.ts'

const tag = 'Webhook events'

const webhookEvent = z.object({
  id: z.string(),
  tenant_id: nullableText,
  number_id: nullableText,
  phone_number_id: nullableText,
  entry_id: nullableText,
  field: z.string(),
  state: z.string(),
  reason: nullableText,
  app_id: nullableText,
  messages: z.number(),
  statuses: z.number(),
  received_at: nullableInstant,
})
const replayed = z.object({ changes: z.number(), events: z.number() })

function show(one: ingestV1.Change): z.output<typeof webhookEvent> {
  return {
    id: one.id,
    tenant_id: orNull(one.tenantId),
    number_id: orNull(one.numberId),
    phone_number_id: orNull(one.phoneNumberId),
    entry_id: orNull(one.entryId),
    field: one.field,
    state: one.state,
    reason: orNull(one.reason),
    app_id: orNull(one.appId),
    messages: one.messages,
    statuses: one.statuses,
    received_at: iso(one.receivedAt),
  }
}

export function webhookEventRoutes({ ingest }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/webhook-events',
      access: 'webhook_events:read',
      tag,
      summary: 'What Meta sent, newest first',
      query: page.extend({
        state: z.enum(['routed', 'parked', 'quarantined', 'unparsed']).optional(),
        number_id: id('number').optional(),
        field: z.string().max(64).optional(),
        from: instant.optional(),
        to: instant.optional(),
      }),
      status: 200,
      answer: listOf(webhookEvent),
      handle: async ({ query, as }) => {
        const { changes, nextCursor } = await ingest.listChanges(
          {
            page: { limit: query.limit, cursor: query.cursor },
            numberId: query.number_id ?? '',
            field: query.field ?? '',
            state: query.state ?? '',
            from: dateOf(query.from),
            to: dateOf(query.to),
          },
          as('ingest'),
        )
        return listAnswer(changes, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhook-events/replay',
      access: 'webhook_events:replay',
      tag,
      summary: 'Process a span of time again, without double effects (W7)',
      body: z
        .strictObject({ from: instant, to: instant, number_id: id('number').optional() })
        .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
          path: ['to'],
          message: 'must be after from',
        }),
      status: 200,
      answer: replayed,
      handle: async ({ body, as }) =>
        ingest.replayRange(
          { from: dateOf(body.from), to: dateOf(body.to), numberId: body.number_id ?? '' },
          as('ingest'),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/webhook-events/:id',
      access: 'webhook_events:read',
      tag,
      summary: 'One event with the bytes that Meta sent',
      params: idParams('change'),
      status: 200,
      answer: webhookEvent.extend({ raw: z.unknown(), raw_text: z.string() }),
      handle: async ({ params, as }) => {
        const change = await ingest.getChange({ id: params.id }, as('ingest'))
        return { ...show(change), raw: json(change.rawJson), raw_text: change.rawJson }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhook-events/:id/replay',
      access: 'webhook_events:replay',
      tag,
      summary: 'Process one event again, without double effects (W7)',
      params: idParams('change'),
      status: 200,
      answer: replayed,
      handle: async ({ params, as }) => ingest.replayChange({ id: params.id }, as('ingest')),
    }),
    route({
      method: 'GET',
      path: '/v1/intake',
      access: 'platform:operate',
      tag,
      summary: 'How much was routed, and how much was not',
      status: 200,
      answer: z.object({
        parked: z.number(),
        quarantined: z.number(),
        unparsed: z.number(),
        routed: z.number(),
      }),
      handle: async ({ as }) => {
        const { parked, quarantined, unparsed, routed } = await ingest.getIntakeSummary({}, as('ingest'))
        return {
          parked: Number(parked),
          quarantined: Number(quarantined),
          unparsed: Number(unparsed),
          routed: Number(routed),
        }
      },
    }),
  ]
}
