/** The bodies of outbound webhooks: `{ type, timestamp, data }` of Standard Webhooks, data as `GET /v1/messages/{id}`. */
import type { inboxEventsV1, ingestEventsV1 } from '@palomar/contracts'
import { contentOf } from './text-of.ts'

export const eventTypes = ['message.received', 'message.status'] as const
export type EventType = (typeof eventTypes)[number]

/** States that an endpoint hears of; what happens before a message leaves is nobody's news. */
const reported: ReadonlySet<string> = new Set(['sent', 'delivered', 'read', 'failed', 'cancelled', 'expired'])

export function isReported(state: string): boolean {
  return reported.has(state)
}

/** A customer's message, and who wrote it: what an answer needs. */
export function receivedBody(message: inboxEventsV1.MessageStored, at: Date): string {
  return bodyOf('message.received', at, {
    ...nothing,
    id: message.messageId,
    conversation_id: orNull(message.conversationId),
    contact_id: orNull(message.contactId),
    number_id: message.numberId,
    direction: 'inbound',
    type: message.type,
    content: contentOf(message.type, message.contentJson),
    state: 'received',
    wamid: orNull(message.wamid),
    context_wamid: orNull(message.contextWamid),
    media: mediaOf(message.mediaId),
    created_at: iso(message.sentAt),
    version: 1,
    contact: {
      id: orNull(message.contactId),
      name: orNull(message.contactName),
      wa_id: orNull(message.waId),
      user_id: orNull(message.userId),
    },
    group_id: orNull(message.groupId),
  })
}

/** What became of a message of ours. Its content is not repeated; a receiver keeps the highest `version`. */
export function statusBody(message: inboxEventsV1.MessageUpdated, at: Date): string {
  return bodyOf('message.status', at, {
    ...nothing,
    id: message.messageId,
    conversation_id: orNull(message.conversationId),
    contact_id: orNull(message.contactId),
    number_id: message.numberId,
    direction: 'outbound',
    type: message.type,
    to: orNull(message.waId),
    state: message.state,
    wamid: orNull(message.wamids.at(-1) ?? ''),
    created_at: iso(message.acceptedAt),
    sent_at: iso(message.sentAt),
    delivered_at: iso(message.deliveredAt),
    read_at: iso(message.readAt),
    failed_at: iso(message.failedAt),
    error: errorOf(message.error),
    failure_code: orNull(message.failureCode),
    pricing: pricingOf(message.pricing),
    created_by: orNull(message.createdBy),
    version: Number(message.version),
  })
}

/**
 * What makes a status news: the ledger counts more versions of a message than an endpoint can tell apart, and each state
 * is told once, and again when it came to cost something or to fail otherwise.
 */
export function statusFact({ messageId, state, error, pricing }: inboxEventsV1.MessageUpdated): string[] {
  const cost = pricing ? `${pricing.billable} ${pricing.type} ${pricing.category}` : ''
  return [messageId, state, String(error?.code ?? ''), cost]
}

/** What a test delivery says. */
export function pingBody(endpointId: string, at: Date): string {
  return bodyOf('ping', at, { endpoint_id: endpointId })
}

function bodyOf(type: string, at: Date, data: object): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), data })
}

/** Every field of the resource, so that both kinds have all of them in one order. */
const nothing = {
  id: '',
  conversation_id: null,
  contact_id: null,
  number_id: '',
  direction: '',
  type: '',
  content: null,
  to: null,
  state: '',
  wamid: null,
  context_wamid: null,
  reply_to_id: null,
  media: null,
  created_at: null,
  scheduled_at: null,
  sent_at: null,
  delivered_at: null,
  read_at: null,
  failed_at: null,
  error: null,
  failure_code: null,
  pricing: null,
  created_by: null,
  biz_opaque_callback_data: null,
  version: 0,
}

/** The file comes after its message: `GET /v1/messages/{id}` says when it is there. */
function mediaOf(id: string) {
  if (!id) return null
  return { id, state: 'pending', mime_type: null, size_bytes: null, filename: null, failure_code: null }
}

function errorOf(error: ingestEventsV1.MetaError | undefined) {
  return error ? { code: error.code, title: error.title, detail: orNull(error.details) } : null
}

function pricingOf(one: ingestEventsV1.Pricing | undefined) {
  if (!one) return null
  return {
    billable: one.billable,
    model: orNull(one.model),
    type: orNull(one.type),
    category: orNull(one.category),
  }
}

const orNull = (text: string): string | null => text || null
const iso = (time: Date | undefined): string | null => time?.toISOString() ?? null
