import type { dispatcherEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { type ConversationChange, type ConversationRow, peerKey } from '../db/conversations.ts'
import { withMedia } from '../db/media.ts'
import type { MessageRow } from '../db/message-row.ts'
import { type AcceptedRow, findAccepted, upsertAccepted } from '../db/outbound.ts'
import { findMessages, wamidKey } from '../db/wamids.ts'
import { type Facts, messageStored, messageUpdated } from '../domain/facts.ts'
import { messageFrame } from '../domain/frames.ts'
import { messageFailed } from '../domain/notification.ts'
import { addressee, type Person, recipientOf } from '../domain/person.ts'
import { previewOf } from '../domain/preview.ts'
import { hasStates } from '../domain/resources.ts'
import { rankOf } from '../domain/status-fold.ts'
import { notify } from '../notify.ts'
import { peerOf, placeConversations, tellConversations, tellMerged } from '../place-conversations.ts'
import { ownersOf, placePeople } from '../place-people.ts'
import { instant, unreadable, uuid } from './parse.ts'

export interface AcceptedItem {
  kind: 'accepted'
  tenantId: string
  key: string
  id: string
  numberId: string
  person: Person
  message: dispatcherEventsV1.MessageAccepted
  at: Date
  scheduledAt: Date | null
  /** Null where it is `at`. */
  acceptedAt: Date | null
  traceparent: string
}

/** The ledger's own moment between accepting and being due; more was asked for. */
const scheduledAfterMs = 1_000

export function parseAccepted(
  event: dispatcherEventsV1.Event,
  message: dispatcherEventsV1.MessageAccepted,
): AcceptedItem {
  const tenantId = uuid('tenant', event.header?.tenantId, 'tenant_id')
  const id = uuid('message', message.messageId, 'message_id')
  const accepted = instant(message.acceptedAt ?? event.header?.time, 'accepted_at')
  const due = message.dueAt ? instant(message.dueAt, 'due_at') : accepted
  const recipient = message.recipient
  const person = recipient && recipientOf(recipient, { tenantId, portfolioId: '', at: accepted })
  if (!person) throw unreadable('a message to nobody')
  const isScheduled = due.getTime() - accepted.getTime() > scheduledAfterMs
  return {
    kind: 'accepted',
    tenantId,
    key: `${tenantId}/${id}`,
    id,
    numberId: uuid('number', message.numberId, 'number_id'),
    person,
    message,
    // What is scheduled stands in the timeline where it will be sent.
    at: isScheduled ? due : accepted,
    scheduledAt: isScheduled ? due : null,
    acceptedAt: isScheduled ? accepted : null,
    traceparent: event.header?.traceparent ?? '',
  }
}

/** The permanent copy of what the ledger accepted, with its contact and conversation. Each message once. */
export async function storeAccepted(
  tx: Tx,
  items: readonly AcceptedItem[],
  facts: Facts,
  now: Date,
): Promise<void> {
  const [known, owners] = await Promise.all([
    findAccepted(tx, items),
    ownersOf(
      tx,
      items.map((item) => item.person),
    ),
  ])
  const fresh = [
    ...new Map(items.filter((item) => !known.has(item.id)).map((item) => [item.id, item])).values(),
  ]
  if (fresh.length === 0) return
  const people = await placePeople(
    tx,
    fresh.map((item) => item.person),
    facts,
    now,
    owners,
  )
  const changes = fresh.map((item, n) => changeOf(item, people.contactIds[n] ?? ''))
  const conversations = await placeConversations(tx, changes, people.keys, facts, now)
  const rows = fresh.map((item, n) => {
    const contactId = people.contactIds[n] ?? ''
    const conversation = conversations.get(`${item.tenantId}/${item.numberId}/${peerOf(contactId, '')}`)
    if (!conversation) throw new Error('a conversation was not returned')
    return rowOf(item, contactId, conversation.id)
  })
  const [upserted, replies] = await Promise.all([upsertAccepted(tx, rows), repliesOf(tx, rows)])
  const stored = await withMedia(tx, upserted)
  const traces = new Map(fresh.map((item) => [item.id, item.traceparent]))
  for (const row of stored) {
    const replyToId = replies.get(wamidKey({ ...row, wamid: row.contextWamid })) ?? null
    const trace = traces.get(row.id) ?? ''
    const name = people.contacts.get(`${row.tenantId}/${row.contactId}`)?.name ?? ''
    facts.events.push(messageStored(row, { ...addressee(row.recipient), name }, trace))
    // Its states came first, and nobody has heard of them.
    if (hasStates(row)) facts.events.push(messageUpdated(row, trace))
    facts.frames.push(messageFrame('message.created', { ...row, replyToId }, now))
  }
  await notify(tx, stored.flatMap(messageFailed), facts, now)
  const sentAlready = await showScheduled(tx, stored, facts, now)
  for (const row of sentAlready) conversations.set(peerKey(row), row)
  await tellMerged(tx, people.mergedConversations, people.keys, facts, now)
  const states = new Map(stored.map((row) => [row.id, row.state]))
  await tellConversations(tx, [...conversations.values()], states, facts, now, people.contacts)
}

/** A scheduled message is the last one said once it has left, whichever of the two we hear first. */
export async function showScheduled(
  tx: Tx,
  rows: readonly MessageRow[],
  facts: Facts,
  now: Date,
): Promise<ConversationRow[]> {
  const left = rows.filter((row) => row.scheduledAt && row.conversationId && rankOf(row.state) > 0)
  if (left.length === 0) return []
  const changes = left.map((row): ConversationChange => {
    const at = row.at ?? now
    const preview = previewOf(row.type, row.content)
    return {
      tenantId: row.tenantId,
      numberId: row.numberId,
      peer: peerOf(row.contactId ?? '', ''),
      contactId: row.contactId,
      groupId: '',
      unread: 0,
      last: { messageId: row.id, at, key: row.sortKey, preview, direction: 'outbound' },
      customerAt: null,
      windowEndsAt: null,
      at,
    }
  })
  return [...(await placeConversations(tx, changes, new Map(), facts, now)).values()]
}

function changeOf(item: AcceptedItem, contactId: string): ConversationChange {
  const { message, at, scheduledAt } = item
  return {
    tenantId: item.tenantId,
    numberId: item.numberId,
    peer: peerOf(contactId, ''),
    contactId,
    groupId: '',
    unread: 0,
    // A message for next month is in the timeline, but is not what was said last.
    last: scheduledAt
      ? null
      : {
          messageId: item.id,
          at,
          key: item.id,
          preview: previewOf(message.type, message.contentJson),
          direction: 'outbound',
        },
    customerAt: null,
    windowEndsAt: null,
    at: message.acceptedAt ?? at,
  }
}

function rowOf(item: AcceptedItem, contactId: string, conversationId: string): AcceptedRow {
  const { message } = item
  return {
    tenantId: item.tenantId,
    id: item.id,
    conversationId,
    contactId,
    numberId: item.numberId,
    type: message.type,
    content: message.contentJson || '{}',
    contextWamid: message.contextWamid,
    recipient: message.recipient?.to || message.recipient?.userId || '',
    createdBy: message.createdBy,
    at: item.at,
    scheduledAt: item.scheduledAt,
    acceptedAt: item.acceptedAt,
  }
}

async function repliesOf(tx: Tx, rows: readonly AcceptedRow[]): Promise<Map<string, string>> {
  const asked = rows
    .filter((row) => row.contextWamid !== '')
    .map((row) => ({ ...row, wamid: row.contextWamid }))
  if (asked.length === 0) return new Map()
  return new Map((await findMessages(tx, asked)).map((row) => [wamidKey(row), row.messageId]))
}
