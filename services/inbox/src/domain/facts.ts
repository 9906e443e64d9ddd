import {
  eventIdOf,
  idFromUuid,
  type inboxEventsV1,
  type ingestEventsV1,
  type liveV1,
} from '@palomar/contracts'
import type { ConversationRow } from '../db/conversations.ts'
import type { MessageRow } from '../db/message-row.ts'
import { mediaIdOf } from './media.ts'
import { addressee } from './person.ts'
import { messageOf } from './resources.ts'

/** What one transaction has to say; it leaves with the commit. */
export interface Facts {
  events: inboxEventsV1.Event[]
  frames: liveV1.Frame[]
}

/** Event ids of our own facts come from the row and its version (CONTRACTS 3), so a replay says the same thing again. */
type Payload = NonNullable<inboxEventsV1.Event['payload']>

function event(
  tenantId: string,
  fact: string[],
  time: Date,
  payload: Payload,
  traceparent = '',
): inboxEventsV1.Event {
  return {
    header: { id: eventIdOf('inbox', ...fact), tenantId: idFromUuid('tenant', tenantId), time, traceparent },
    payload,
  }
}

/** The person a message came from or went to. */
export interface MessagePerson {
  waId: string
  userId: string
  name: string
}

/** A message that was not there before, or whose content was not. Its time is Meta's, or when ours was accepted. */
export function messageStored(
  row: MessageRow,
  person: MessagePerson,
  traceparent: string,
): inboxEventsV1.Event {
  return event(
    row.tenantId,
    ['message_stored', row.id],
    row.acceptedAt ?? row.at ?? new Date(0),
    {
      $case: 'messageStored',
      value: {
        messageId: idFromUuid('message', row.id),
        conversationId: idFromUuid('conversation', row.conversationId ?? ''),
        contactId: idFromUuid('contact', row.contactId ?? ''),
        numberId: idFromUuid('number', row.numberId),
        // Ours have one once Meta has accepted them, which is another fact.
        wamid: row.direction === 'inbound' ? row.wamid : '',
        direction: row.direction,
        type: row.type,
        contentJson: row.content,
        sentAt: row.at ?? undefined,
        contextWamid: row.contextWamid,
        createdBy: row.createdBy,
        waId: person.waId,
        userId: person.userId,
        contactName: person.name,
        groupId: row.groupId,
        mediaId: mediaIdOf(row) ?? '',
      },
    },
    traceparent,
  )
}

/** What a message of ours has become. The row alone decides every byte, so that a repetition says the same. */
export function messageUpdated(row: MessageRow, traceparent: string): inboxEventsV1.Event {
  const shown = messageOf(row)
  const acceptedAt = row.acceptedAt ?? row.at ?? undefined
  return event(
    row.tenantId,
    ['message_updated', row.id, String(row.version)],
    row.stateAt ?? acceptedAt ?? new Date(0),
    {
      $case: 'messageUpdated',
      value: {
        messageId: shown.id,
        conversationId: shown.conversationId,
        contactId: shown.contactId,
        numberId: shown.numberId,
        version: row.version,
        direction: row.direction,
        state: row.state,
        wamids: [...row.earlierWamids.split(' '), row.wamid].filter(Boolean),
        acceptedAt,
        sentAt: shown.sentAt,
        deliveredAt: shown.deliveredAt,
        readAt: shown.readAt,
        failedAt: shown.failedAt,
        error: shown.error,
        pricing: shown.pricing,
        failureCode: row.failureCode,
        createdBy: row.createdBy,
        type: row.type,
        waId: addressee(row.recipient).waId,
      },
    },
    traceparent,
  )
}

export function windowOpened(
  window: {
    tenantId: string
    numberId: string
    contactId: string
    keys: readonly string[]
    openedAt: Date
    expiresAt: Date
  },
  traceparent: string,
): inboxEventsV1.Event {
  const keys = [...window.keys].sort()
  return event(
    window.tenantId,
    // The keys belong to the fact: a window whose person gained one is news to those who knew it by another.
    ['window_opened', window.numberId, window.contactId, window.expiresAt.toISOString(), ...keys],
    window.openedAt,
    {
      $case: 'windowOpened',
      value: {
        numberId: idFromUuid('number', window.numberId),
        recipientKeys: keys,
        openedAt: window.openedAt,
        expiresAt: window.expiresAt,
        contactId: idFromUuid('contact', window.contactId),
      },
    },
    traceparent,
  )
}

export function contactChanged(
  contact: { tenantId: string; id: string; version: bigint; name: string; mergedInto: string | null },
  keys: readonly string[],
  now: Date,
): inboxEventsV1.Event {
  return event(contact.tenantId, ['contact', contact.id, String(contact.version)], now, {
    $case: 'contactChanged',
    value: {
      contactId: idFromUuid('contact', contact.id),
      version: contact.version,
      recipientKeys: [...keys].sort(),
      mergedInto: contact.mergedInto ? idFromUuid('contact', contact.mergedInto) : '',
      name: contact.name,
    },
  })
}

export function conversationChanged(row: ConversationRow, now: Date): inboxEventsV1.Event {
  return event(row.tenantId, ['conversation', row.id, String(row.version)], now, {
    $case: 'conversationChanged',
    value: {
      conversationId: idFromUuid('conversation', row.id),
      version: row.version,
      contactId: row.contactId ? idFromUuid('contact', row.contactId) : '',
      numberId: idFromUuid('number', row.numberId),
      status: row.status,
      assigneeId: row.assigneeId ? idFromUuid('user', row.assigneeId) : '',
      teamId: row.teamId ?? '',
      lastMessageAt: row.lastMessageAt,
    },
  })
}

/** Named after the status it carries: the ledger hears of it once. */
export function statusOfOurs(
  tenantId: string,
  messageId: string,
  source: { id: string; time: Date | undefined; traceparent: string },
  status: ingestEventsV1.StatusReceived,
): inboxEventsV1.Event {
  return event(
    tenantId,
    ['status_of_ours', source.id],
    source.time ?? new Date(0),
    { $case: 'statusOfOurs', value: { messageId: idFromUuid('message', messageId), status } },
    source.traceparent,
  )
}

export function header(tenantId: string, fact: string[], time: Date) {
  return {
    id: eventIdOf('inbox', 'live', ...fact),
    tenantId: idFromUuid('tenant', tenantId),
    time,
    traceparent: '',
  }
}
