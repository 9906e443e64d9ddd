import { idFromUuid, type inboxV1, type notificationsV1 } from '@palomar/contracts'
import type { ContactRow, IdentityRow } from '../db/contacts.ts'
import type { ConversationRow } from '../db/conversations.ts'
import type { MessageRow } from '../db/message-row.ts'
import type { NotificationRow } from '../db/notifications.ts'
import type { SessionRow } from '../db/sessions.ts'
import { mediaRefOf } from './media.ts'
import { languageOf, wordsOf } from './notification-words.ts'

/** Anything was said of a message of ours after its acceptance. */
export function hasStates(row: MessageRow): boolean {
  return row.stateAt !== null || row.ledgerVersion > 1n || row.fold !== null
}

/** Rows as the service answers with them. */
export function messageOf(row: MessageRow): inboxV1.Message {
  const { fold } = row
  const time = (held: Date | null, folded: string | undefined) =>
    held ?? (folded ? new Date(folded) : undefined)
  return {
    id: idFromUuid('message', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    conversationId: row.conversationId ? idFromUuid('conversation', row.conversationId) : '',
    contactId: row.contactId ? idFromUuid('contact', row.contactId) : '',
    numberId: idFromUuid('number', row.numberId),
    direction: row.direction,
    type: row.type,
    contentJson: row.content,
    state: row.state,
    wamid: row.wamid,
    contextWamid: row.contextWamid,
    replyToId: row.replyToId ? idFromUuid('message', row.replyToId) : '',
    createdAt: row.at ?? undefined,
    sentAt: time(row.sentAt, fold?.sentAt),
    deliveredAt: time(row.deliveredAt, fold?.deliveredAt),
    readAt: time(row.readAt, fold?.readAt),
    failedAt: time(row.failedAt, fold?.failedAt),
    error: row.error ?? fold?.error,
    pricing: row.pricing ?? fold?.pricing,
    createdBy: row.createdBy,
    failureCode: row.failureCode,
    version: row.version,
    to: row.recipient,
    scheduledAt: row.scheduledAt ?? undefined,
    media: mediaRefOf(row),
  }
}

export function conversationOf(
  row: ConversationRow,
  contact: ContactFacts | undefined,
  lastMessageState: string,
): inboxV1.Conversation {
  return {
    id: idFromUuid('conversation', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    contactId: row.contactId ? idFromUuid('contact', row.contactId) : '',
    numberId: idFromUuid('number', row.numberId),
    status: row.status,
    assigneeId: row.assigneeId ? idFromUuid('user', row.assigneeId) : '',
    // Teams come with their own id kind; until then nobody sets one.
    teamId: row.teamId ?? '',
    unreadCount: row.unreadCount,
    lastMessageAt: row.lastMessageId ? row.lastMessageAt : undefined,
    lastMessagePreview: row.lastMessagePreview,
    lastMessageDirection: row.lastMessageDirection,
    windowExpiresAt: row.windowExpiresAt ?? undefined,
    contact: contact && contactOf(contact, []),
    createdAt: row.createdAt,
    version: row.version,
    lastMessageState,
  }
}

/** What is enough to show a contact; its times only where they were asked for. */
export type ContactFacts = Pick<ContactRow, 'tenantId' | 'id' | 'name' | 'phone' | 'waId' | 'version'> &
  Partial<Pick<ContactRow, 'createdAt' | 'updatedAt' | 'mergedInto'>>

export function contactOf(row: ContactFacts, identities: readonly IdentityRow[]): inboxV1.Contact {
  const seen = new Set<string>()
  return {
    id: idFromUuid('contact', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    name: row.name,
    phone: row.phone,
    waId: row.waId,
    identities: identities
      .filter(({ kind, value }) => !seen.has(`${kind}/${value}`) && seen.add(`${kind}/${value}`))
      .map(({ kind, value, portfolioId }) => ({ kind, value, portfolioId })),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    mergedInto: row.mergedInto ? idFromUuid('contact', row.mergedInto) : '',
    version: row.version,
  }
}

/** As its reader sees it; its words are in the company's language. */
export function notificationOf(row: NotificationRow, language: string): notificationsV1.Notification {
  const user = row.audience.startsWith('u:') ? idFromUuid('user', row.audience.slice(2)) : ''
  return {
    id: idFromUuid('notification', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    userId: user,
    type: row.type,
    code: row.code,
    ...wordsOf(row.code, row.params, languageOf(language)),
    isRead: row.isRead,
    relatedType: row.relatedType,
    relatedId: row.relatedId,
    createdAt: row.createdAt,
    paramsJson: JSON.stringify(row.params),
  }
}

export function sessionOf(row: SessionRow): inboxV1.Session {
  return {
    id: idFromUuid('session', row.id),
    waId: row.waId,
    conversationId: idFromUuid('conversation', row.conversationId),
    phoneNumberId: row.phoneNumberId,
    numberId: idFromUuid('number', row.numberId),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    userId: row.userId,
    contactId: idFromUuid('contact', row.contactId),
  }
}
