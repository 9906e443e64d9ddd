import type { automationV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
  id,
  idParams,
  iso,
  listAnswer,
  listOf,
  nullableInstant,
  nullableText,
  orNull,
  page,
} from './fields.ts'

const tag = 'Webhooks out'

const endpoint = z.object({
  id: z.string(),
  url: z.string(),
  format: z.string(),
  description: nullableText,
  event_types: z.array(z.string()),
  number_ids: z.array(z.string()),
  state: z.string(),
  reason: nullableText,
  pending: z.number(),
  last_success_at: nullableInstant,
  last_failure_at: nullableInstant,
  created_at: nullableInstant,
  updated_at: nullableInstant,
  version: z.number(),
})
const withSecret = endpoint.extend({ secret: z.string() })

const delivery = z.object({
  id: z.string(),
  endpoint_id: z.string(),
  event_type: z.string(),
  state: z.string(),
  tries: z.number(),
  last_status: z.number().nullable(),
  last_error: nullableText,
  last_duration_ms: z.number(),
  created_at: nullableInstant,
  next_try_at: nullableInstant,
  delivered_at: nullableInstant,
  message_id: nullableText,
})

const fields = z.strictObject({
  url: z.string().min(1).max(2_048),
  description: z.string().max(200),
  event_types: z.array(z.enum(['message.received', 'message.status'])).max(10),
  number_ids: z.array(id('number')).max(100),
})

function show(one: automationV1.WebhookEndpoint): z.output<typeof endpoint> {
  return {
    id: one.id,
    url: one.url,
    format: one.format,
    description: orNull(one.description),
    event_types: one.eventTypes,
    number_ids: one.numberIds,
    state: one.state,
    reason: orNull(one.reason),
    pending: Number(one.pending),
    last_success_at: iso(one.lastSuccessAt),
    last_failure_at: iso(one.lastFailureAt),
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    version: Number(one.version),
  }
}

function showWithSecret({ endpoint, secret }: automationV1.WebhookEndpointWithSecret) {
  if (!endpoint) throw new Error('automation answered without an endpoint')
  return { ...show(endpoint), secret }
}

function showDelivery(one: automationV1.WebhookDelivery): z.output<typeof delivery> {
  return {
    id: one.id,
    endpoint_id: one.endpointId,
    event_type: one.eventType,
    state: one.state,
    tries: one.tries,
    last_status: one.lastStatus || null,
    last_error: orNull(one.lastError),
    last_duration_ms: one.lastDurationMs,
    created_at: iso(one.createdAt),
    next_try_at: iso(one.nextTryAt),
    delivered_at: iso(one.deliveredAt),
    message_id: orNull(one.messageId),
  }
}

const description =
  'Requests follow the Standard Webhooks specification (https://www.standardwebhooks.com): POST with webhook-id, webhook-timestamp and webhook-signature, body {type, timestamp, data}; data is the message as GET /v1/messages/{id} shows it, with the contact for message.received and without content for message.status. At least once, under the same webhook-id; in about three days of retries any 2xx answer within 15 s ends them. Answer 410 to be switched off. With format meta the endpoint gets what Meta sent instead: each change of the company byte for byte, in a body of its own, with the caller’s biz_opaque_callback_data in place of Palomar’s, and x-hub-signature-256 under the whole secret as app secret; it leaves once its messages are stored, so that an answer finds the window open.'

export function webhookEndpointRoutes({ automation }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/webhook-endpoints',
      access: 'webhooks:read',
      tag,
      summary: 'Where the company hears of its messages, newest first',
      query: page,
      status: 200,
      answer: listOf(endpoint),
      handle: async ({ query, as }) => {
        const { endpoints, nextCursor } = await automation.listWebhookEndpoints(
          { page: query },
          as('automation'),
        )
        return listAnswer(endpoints, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhook-endpoints',
      access: 'webhooks:manage',
      tag,
      summary: 'Add an endpoint; one of two answers that show its secret',
      description,
      body: fields
        .extend({ format: z.enum(['palomar', 'meta']) })
        .partial({ format: true, description: true, event_types: true, number_ids: true }),
      status: 201,
      answer: withSecret,
      refusals: ['conflict'],
      handle: async ({ body, as }) =>
        showWithSecret(
          await automation.createWebhookEndpoint(
            {
              url: body.url,
              description: body.description ?? '',
              eventTypes: body.event_types ?? [],
              numberIds: body.number_ids ?? [],
              format: body.format ?? '',
            },
            as('automation'),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/webhook-endpoints/:id',
      access: 'webhooks:read',
      tag,
      summary: 'One endpoint',
      params: idParams('webhookEndpoint'),
      status: 200,
      answer: endpoint,
      handle: async ({ params, as }) =>
        show(await automation.getWebhookEndpoint({ id: params.id }, as('automation'))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/webhook-endpoints/:id',
      access: 'webhooks:manage',
      tag,
      summary: 'Change an endpoint, or switch it on or off',
      params: idParams('webhookEndpoint'),
      body: fields.extend({ state: z.enum(['enabled', 'disabled']) }).partial(),
      status: 200,
      answer: endpoint,
      handle: async ({ params, body, as }) =>
        show(
          await automation.updateWebhookEndpoint(
            {
              id: params.id,
              url: body.url,
              description: body.description,
              eventTypes: body.event_types && { values: body.event_types },
              numberIds: body.number_ids && { values: body.number_ids },
              state: body.state,
            },
            as('automation'),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/webhook-endpoints/:id',
      access: 'webhooks:manage',
      tag,
      summary: 'Remove an endpoint, with what waits for it',
      params: idParams('webhookEndpoint'),
      status: 204,
      handle: async ({ params, as }) => {
        await automation.deleteWebhookEndpoint({ id: params.id }, as('automation'))
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhook-endpoints/:id/rotate-secret',
      access: 'webhooks:manage',
      tag,
      summary: 'A new secret; for 24 hours the one before it signs too (T7)',
      params: idParams('webhookEndpoint'),
      status: 200,
      answer: withSecret,
      handle: async ({ params, as }) =>
        showWithSecret(await automation.rotateWebhookSecret({ id: params.id }, as('automation'))),
    }),
    route({
      method: 'POST',
      path: '/v1/webhook-endpoints/:id/test',
      access: 'webhooks:manage',
      tag,
      summary: 'Send a ping now, and see what the endpoint answers',
      params: idParams('webhookEndpoint'),
      status: 200,
      answer: delivery,
      handle: async ({ params, as }) =>
        showDelivery(await automation.testWebhookEndpoint({ id: params.id }, as('automation'))),
    }),
    route({
      method: 'GET',
      path: '/v1/webhook-endpoints/:id/deliveries',
      access: 'webhooks:read',
      tag,
      summary: 'What was, or is to be, sent to an endpoint, newest first; kept 35 days',
      params: idParams('webhookEndpoint'),
      query: page.extend({ state: z.enum(['pending', 'delivered', 'failed']).optional() }),
      status: 200,
      answer: listOf(delivery),
      handle: async ({ params, query, as }) => {
        const { deliveries, nextCursor } = await automation.listWebhookDeliveries(
          {
            endpointId: params.id,
            state: query.state ?? '',
            page: { limit: query.limit, cursor: query.cursor },
          },
          as('automation'),
        )
        return listAnswer(deliveries, nextCursor, showDelivery)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhook-deliveries/:id/retry',
      access: 'webhooks:manage',
      tag,
      summary: 'Send a delivery again, under the same webhook-id',
      params: idParams('webhookDelivery'),
      status: 200,
      answer: delivery,
      handle: async ({ params, as }) =>
        showDelivery(await automation.retryWebhookDelivery({ id: params.id }, as('automation'))),
    }),
  ]
}
