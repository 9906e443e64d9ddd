import type { inboxV1, liveV1 } from '@palomar/contracts'
import type { MessageRow } from '../db/message-row.ts'
import type { NotificationRow } from '../db/notifications.ts'
import { header } from './facts.ts'
import { contactJson, conversationJson, messageJson, notificationJson } from './live-json.ts'
import { messageOf, notificationOf } from './resources.ts'

const nowhere = { numberId: '', conversationId: '', before: undefined, after: undefined, userId: '' }

/** With what is known of its file, if it carries one. A conversation's messages are seen by whoever may see the conversation. */
export function messageFrame(
  kind: 'message.created' | 'message.updated',
  row: MessageRow,
  now: Date,
): liveV1.Frame {
  const resource = messageOf(row)
  return {
    ...nowhere,
    // Its file has versions of its own.
    header: header(row.tenantId, [kind, row.id, String(row.version), String(row.media?.version ?? 0n)], now),
    kind,
    numberId: resource.numberId,
    conversationId: resource.conversationId,
    payloadJson: messageJson(resource),
    publishedAt: now,
    permission: 'messages:read',
  }
}

export function conversationFrame(resource: inboxV1.Conversation, tenantId: string, now: Date): liveV1.Frame {
  const place = { teamId: resource.teamId, assigneeId: resource.assigneeId }
  return {
    ...nowhere,
    header: header(tenantId, ['conversation.updated', resource.id, String(resource.version)], now),
    kind: 'conversation.updated',
    numberId: resource.numberId,
    conversationId: resource.id,
    // Nothing here moves a conversation from one team or agent to another.
    before: place,
    after: place,
    payloadJson: conversationJson(resource),
    publishedAt: now,
    permission: 'conversations:read',
  }
}

export function contactFrame(resource: inboxV1.Contact, tenantId: string, now: Date): liveV1.Frame {
  return {
    ...nowhere,
    header: header(tenantId, ['contact.updated', resource.id, String(resource.version)], now),
    kind: 'contact.updated',
    payloadJson: contactJson(resource),
    publishedAt: now,
    permission: 'contacts:read',
  }
}

/** To whom it is addressed, and nobody else. */
export function notificationFrame(
  kind: 'notification.created',
  row: NotificationRow,
  language: string,
  now: Date,
): liveV1.Frame {
  const shared = row.audience.startsWith('p:')
  const resource = notificationOf(row, language)
  return {
    ...nowhere,
    header: header(row.tenantId, [kind, row.id], now),
    kind,
    payloadJson: notificationJson(resource),
    publishedAt: now,
    permission: shared ? row.audience.slice(2) : 'conversations:read',
    userId: resource.userId,
  }
}

/** After a merge clients hold what no longer exists: they reload. */
export function resyncFrame(tenantId: string, fact: string, now: Date): liveV1.Frame {
  return {
    ...nowhere,
    header: header(tenantId, ['resync', fact], now),
    kind: 'resync',
    payloadJson: '',
    publishedAt: now,
    permission: '',
  }
}

/** What a person has done to his notifications, for his other screens. `fact` tells two of them apart. */
export function notificationChanged(
  kind: 'notification.updated' | 'notification.deleted',
  reader: { tenantId: string; userId: string },
  payloadJson: string,
  fact: string,
  now: Date,
): liveV1.Frame {
  return {
    ...nowhere,
    header: header(reader.tenantId, [kind, reader.userId, fact], now),
    kind,
    payloadJson,
    publishedAt: now,
    permission: 'conversations:read',
    userId: reader.userId,
  }
}
