import type { inboxV1, ingestEventsV1, notificationsV1 } from '@palomar/contracts'
import { contentOf } from './preview.ts'

/**
 * The resources as `GET /v1/messages/{id}` and `GET /v1/conversations/{id}` show them: a frame and an answer of the same
 * version must be interchangeable on a client's screen.
 */
export function messageJson(one: inboxV1.Message): string {
  return JSON.stringify({
    id: one.id,
    conversation_id: orNull(one.conversationId),
    contact_id: orNull(one.contactId),
    number_id: one.numberId,
    direction: one.direction,
    type: one.type,
    content: contentOf(one.type, one.contentJson),
    media: mediaJson(one.media),
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
    error: errorJson(one.error),
    failure_code: orNull(one.failureCode),
    pricing: pricingJson(one.pricing),
    created_by: orNull(one.createdBy),
    biz_opaque_callback_data: null,
    version: Number(one.version),
  })
}

export function conversationJson(one: inboxV1.Conversation): string {
  const contact = one.contact
  return JSON.stringify({
    id: one.id,
    contact: {
      id: contact?.id ?? one.contactId,
      name: orNull(contact?.name ?? ''),
      phone: orNull(contact?.phone ?? ''),
      wa_id: orNull(contact?.waId ?? ''),
    },
    number_id: one.numberId,
    status: one.status,
    assignee_id: orNull(one.assigneeId),
    team_id: orNull(one.teamId),
    unread_count: one.unreadCount,
    last_message_at: iso(one.lastMessageAt),
    last_message_preview: one.lastMessagePreview,
    last_message_direction: one.lastMessageDirection,
    last_message_state: orNull(one.lastMessageState),
    window_expires_at: iso(one.windowExpiresAt),
    created_at: iso(one.createdAt),
    version: Number(one.version),
  })
}

export function notificationJson(one: notificationsV1.Notification): string {
  return JSON.stringify({
    id: one.id,
    user_id: orNull(one.userId),
    type: one.type,
    code: one.code,
    title: one.title,
    body: one.body,
    params: JSON.parse(one.paramsJson),
    is_read: one.isRead,
    related_type: orNull(one.relatedType),
    related_id: orNull(one.relatedId),
    created_at: iso(one.createdAt),
  })
}

export function contactJson(one: inboxV1.Contact): string {
  return JSON.stringify({
    id: one.id,
    name: orNull(one.name),
    phone: orNull(one.phone),
    wa_id: orNull(one.waId),
    identities: one.identities.map(({ kind, value, portfolioId }) => ({
      kind,
      value,
      portfolio_id: orNull(portfolioId),
    })),
    merged_into: orNull(one.mergedInto),
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    version: Number(one.version),
  })
}

function errorJson(error: ingestEventsV1.MetaError | undefined) {
  return error ? { code: error.code, title: error.title, detail: orNull(error.details) } : null
}

function mediaJson(one: inboxV1.MediaRef | undefined) {
  if (!one) return null
  return {
    id: one.id,
    state: one.state,
    mime_type: orNull(one.mimeType),
    size_bytes: Number(one.sizeBytes) || null,
    filename: orNull(one.filename),
    failure_code: orNull(one.failureCode),
  }
}

function pricingJson(one: ingestEventsV1.Pricing | undefined) {
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
