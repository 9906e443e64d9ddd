/** The message resource: the same shape whether the ledger or the inbox answers. */
import type { dispatcherV1, inboxV1, ingestEventsV1 } from '@palomar/contracts'
import { z } from 'zod'
import { iso, json, nullableInstant, nullableText, orNull } from './fields.ts'

const metaError = z.object({ code: z.number(), title: z.string(), detail: nullableText })
const pricing = z.object({
  billable: z.boolean(),
  model: nullableText,
  type: nullableText,
  category: nullableText,
})
const attempt = z.object({
  n: z.number(),
  state: z.string(),
  wamid: nullableText,
  started_at: nullableInstant,
  settled_at: nullableInstant,
  error: metaError.nullable(),
})

export const message = z.object({
  id: z.string(),
  conversation_id: nullableText,
  contact_id: nullableText,
  number_id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  type: z.string(),
  content: z.unknown(),
  to: nullableText,
  state: z.string(),
  wamid: nullableText,
  context_wamid: nullableText,
  reply_to_id: nullableText,
  created_at: nullableInstant,
  scheduled_at: nullableInstant,
  sent_at: nullableInstant,
  delivered_at: nullableInstant,
  read_at: nullableInstant,
  failed_at: nullableInstant,
  error: metaError.nullable(),
  failure_code: nullableText,
  pricing: pricing.nullable(),
  created_by: nullableText,
  biz_opaque_callback_data: nullableText,
  version: z.number(),
  attempts: z.array(attempt).optional(),
})
export type MessageResource = z.output<typeof message>

export function showOutbound(one: dispatcherV1.OutboundMessage): MessageResource {
  return {
    id: one.id,
    conversation_id: null,
    contact_id: null,
    number_id: one.numberId,
    direction: 'outbound',
    type: one.type,
    content: contentOf(one.contentJson, one.type),
    to: orNull(one.recipient?.to || one.recipient?.userId || ''),
    state: one.state,
    wamid: orNull(one.attempts.findLast(({ wamid }) => wamid !== '')?.wamid ?? ''),
    context_wamid: orNull(one.contextWamid),
    reply_to_id: null,
    created_at: iso(one.acceptedAt),
    scheduled_at: scheduledAt(one),
    sent_at: iso(one.sentAt),
    delivered_at: iso(one.deliveredAt),
    read_at: iso(one.readAt),
    failed_at: iso(one.failedAt),
    error: showError(one.error),
    failure_code: orNull(one.failureCode),
    pricing: showPricing(one.pricing),
    created_by: orNull(one.createdBy),
    biz_opaque_callback_data: orNull(one.callbackData),
    version: Number(one.version),
    attempts: one.attempts.map((a) => ({
      n: a.n,
      state: a.state,
      wamid: orNull(a.wamid),
      started_at: iso(a.startedAt),
      settled_at: iso(a.settledAt),
      error: showError(a.error),
    })),
  }
}

export function showMessage(one: inboxV1.Message): MessageResource {
  return {
    id: one.id,
    conversation_id: orNull(one.conversationId),
    contact_id: orNull(one.contactId),
    number_id: one.numberId,
    direction: one.direction === 'outbound' ? 'outbound' : 'inbound',
    type: one.type,
    content: contentOf(one.contentJson, one.type),
    to: orNull(one.to),
    state: one.state,
    wamid: orNull(one.wamid),
    context_wamid: orNull(one.contextWamid),
    reply_to_id: orNull(one.replyToId),
    created_at: iso(one.createdAt),
    scheduled_at: iso(one.scheduledAt),
    sent_at: iso(one.sentAt),
    delivered_at: iso(one.deliveredAt),
    read_at: iso(one.readAt),
    failed_at: iso(one.failedAt),
    error: showError(one.error),
    failure_code: orNull(one.failureCode),
    pricing: showPricing(one.pricing),
    created_by: orNull(one.createdBy),
    biz_opaque_callback_data: null,
    version: Number(one.version),
  }
}

/** Meta's object of that type: out of the envelope when the whole body was kept. */
function contentOf(text: string, type: string): unknown {
  const content = json(text)
  if (typeof content !== 'object' || content === null) return {}
  return (content as Record<string, unknown>)[type] ?? content
}

/** Due later than accepted means that the caller asked for it; a moment's difference is the ledger's own. */
function scheduledAt({ acceptedAt, dueAt }: dispatcherV1.OutboundMessage): string | null {
  return acceptedAt && dueAt && dueAt.getTime() - acceptedAt.getTime() > 1_000 ? dueAt.toISOString() : null
}

function showError(error: ingestEventsV1.MetaError | undefined): z.output<typeof metaError> | null {
  return error ? { code: error.code, title: error.title, detail: orNull(error.details) } : null
}

function showPricing(one: ingestEventsV1.Pricing | undefined): z.output<typeof pricing> | null {
  if (!one) return null
  return {
    billable: one.billable,
    model: orNull(one.model),
    type: orNull(one.type),
    category: orNull(one.category),
  }
}
