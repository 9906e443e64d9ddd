/** The message resource: the same shape whether the ledger or the inbox answers. */
import { type dispatcherV1, type inboxV1, type ingestEventsV1, mediaNamedIn } from '@palomar/contracts'
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

/** The file it carries; the message does not wait for it. `pending`: not here yet, or not known yet. */
const media = z.object({
  id: z.string(),
  state: z.enum(['pending', 'stored', 'failed', 'deleted']),
  mime_type: nullableText,
  size_bytes: z.number().nullable(),
  filename: nullableText,
  failure_code: nullableText,
})

export const message = z.object({
  id: z.string(),
  conversation_id: nullableText,
  contact_id: nullableText,
  number_id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  type: z.string(),
  content: z.unknown(),
  media: media.nullable(),
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

/** `copy`: the inbox's, where its file is known. */
export function showOutbound(one: dispatcherV1.OutboundMessage, copy?: inboxV1.Message): MessageResource {
  return {
    id: one.id,
    conversation_id: null,
    contact_id: null,
    number_id: one.numberId,
    direction: 'outbound',
    type: one.type,
    content: contentOf(one.contentJson, one.type),
    media: copy ? showMedia(copy.media) : mediaNamedBy(one),
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
    media: showMedia(one.media),
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
function contentOf(text: string, type: string): object {
  const content = json(text)
  if (typeof content !== 'object' || content === null) return {}
  const inner = (content as Record<string, unknown>)[type]
  return typeof inner === 'object' && inner !== null ? inner : content
}

function showMedia(one: inboxV1.MediaRef | undefined): z.output<typeof media> | null {
  if (!one) return null
  const state = media.shape.state.safeParse(one.state).data ?? 'pending'
  return {
    id: one.id,
    state,
    mime_type: orNull(one.mimeType),
    size_bytes: Number(one.sizeBytes) || null,
    filename: orNull(one.filename),
    failure_code: orNull(one.failureCode),
  }
}

/** The ledger knows which file a message names, and no more of it. */
export function mediaNamedBy(one: dispatcherV1.OutboundMessage): z.output<typeof media> | null {
  if (!one.contentJson.includes('"med_')) return null
  const content = contentOf(one.contentJson, one.type)
  const id = mediaNamedIn(content as Record<string, unknown>)
  if (!id) return null
  return {
    id,
    state: 'pending',
    mime_type: null,
    size_bytes: null,
    filename: null,
    failure_code: null,
  }
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
