import { type ingestEventsV1, newId, uuidOf } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { type ConversationChange, updatePreviews } from '../db/conversations.ts'
import { claimMedia } from '../db/media.ts'
import { peopleOf } from '../db/message-people.ts'
import type { MessageRow } from '../db/message-row.ts'
import { fillPlaceholders, insertReceived, type ReceivedRow } from '../db/received.ts'
import { claimWamids, findMessages, wamidKey } from '../db/wamids.ts'
import { type Facts, messageStored } from '../domain/facts.ts'
import { messageFrame } from '../domain/frames.ts'
import { type Person, personOf } from '../domain/person.ts'
import { previewOf } from '../domain/preview.ts'
import { isNews as isNewsOf, opensWindow, windowEnd } from '../domain/window.ts'
import { peerOf, placeConversations, tellConversations, tellMerged } from '../place-conversations.ts'
import { ownersOf, placePeople } from '../place-people.ts'
import { instant, type Place, placeOf, unreadable } from './parse.ts'

export interface Received extends Place {
  kind: 'message'
  key: string
  person: Person
  message: ingestEventsV1.MessageReceived
  at: Date
  traceparent: string
}

export function parseReceived(
  event: ingestEventsV1.Event,
  message: ingestEventsV1.MessageReceived,
): Received {
  const place = placeOf(event.header, message.number)
  const at = instant(event.header?.time, 'time')
  if (message.wamid === '') throw unreadable('a message without wamid')
  const names = message.from ?? { waId: '', userId: '' }
  const person = personOf(names, { ...place, at })
  if (!person) throw unreadable('a message from nobody')
  return {
    kind: 'message',
    ...place,
    key: wamidKey({ ...place, wamid: message.wamid }),
    person,
    message,
    at,
    traceparent: event.header?.traceparent ?? '',
  }
}

/**
 * Stores customers' messages, each wamid once. The wamid is claimed first: only who claims it inserts the message and
 * counts it, so the same message twice, or in two processes at once, changes nothing. A later copy may only fill
 * history's placeholder.
 */
export async function storeReceived(
  tx: Tx,
  items: readonly Received[],
  facts: Facts,
  now: Date,
): Promise<void> {
  const candidates = withIds(items)
  const claims = [...candidates.values()].map(({ item, id }) => ({ ...wamidOf(item), messageId: id }))
  const persons = [...candidates.values()].map(({ item }) => item.person)
  const [claimed, owners] = await Promise.all([claimWamids(tx, claims), ownersOf(tx, persons)])
  const fresh = claimed.flatMap((row) => candidates.get(wamidKey(row)) ?? [])
  const freshKeys = new Set(claimed.map(wamidKey))
  const known = items.filter((item) => !freshKeys.has(item.key) && !item.message.placeholder)
  if (known.length > 0) await fill(tx, known, facts, now)
  if (fresh.length > 0) await insert(tx, fresh, owners, facts, now)
}

interface Fresh {
  item: Received
  id: string
}

/** One candidate per wamid; of two copies in one batch the one with content. */
function withIds(items: readonly Received[]): Map<string, Fresh> {
  const candidates = new Map<string, Fresh>()
  for (const item of items) {
    const held = candidates.get(item.key)
    if (!held || held.item.message.placeholder) {
      candidates.set(item.key, { item, id: held?.id ?? uuidOf(newId('message')) })
    }
  }
  return candidates
}

async function insert(
  tx: Tx,
  fresh: readonly Fresh[],
  owners: Awaited<ReturnType<typeof ownersOf>>,
  facts: Facts,
  now: Date,
): Promise<void> {
  const people = await placePeople(
    tx,
    fresh.map(({ item }) => item.person),
    facts,
    now,
    owners,
  )
  const changes = fresh.map(({ item, id }, n) => changeOf(item, id, people.contactIds[n] ?? ''))
  const conversations = await placeConversations(tx, changes, people.keys, facts, now)
  const rows = fresh.map(({ item, id }, n): ReceivedRow => {
    const contactId = people.contactIds[n] ?? ''
    const conversation = conversations.get(
      `${item.tenantId}/${item.numberId}/${peerOf(contactId, item.message.groupId)}`,
    )
    if (!conversation) throw new Error('a conversation was not returned')
    return rowOf(item, id, contactId, conversation.id)
  })
  const [, answered, told] = await Promise.all([
    insertReceived(tx, rows),
    repliesOf(tx, fresh),
    claimMedia(tx, rows.map(shown)),
  ])
  for (const [n, row] of told.entries()) {
    const item = fresh[n]?.item
    if (!item) continue
    const stored = { ...row, replyToId: answered.get(item.key) ?? null }
    const name = people.contacts.get(`${row.tenantId}/${row.contactId}`)?.name ?? ''
    const { waId, userId } = item.person
    if (!row.placeholder) facts.events.push(messageStored(stored, { waId, userId, name }, item.traceparent))
    facts.frames.push(messageFrame('message.created', stored, now))
  }
  await tellMerged(tx, people.mergedConversations, people.keys, facts, now)
  const states = new Map(rows.map((row) => [row.id, 'received']))
  await tellConversations(tx, [...conversations.values()], states, facts, now, people.contacts)
}

function changeOf(item: Received, id: string, contactId: string): ConversationChange {
  const { message, at } = item
  const isNews = isNewsOf(message)
  return {
    tenantId: item.tenantId,
    numberId: item.numberId,
    peer: peerOf(contactId, message.groupId),
    contactId: message.groupId ? null : contactId,
    groupId: message.groupId,
    // History is read already; what an agent must see are messages as they come.
    unread: isNews ? 1 : 0,
    last: {
      messageId: id,
      at,
      key: message.wamid,
      preview: previewOf(message.type, message.contentJson),
      direction: 'inbound',
    },
    customerAt: isNews ? at : null,
    windowEndsAt: opensWindow(message) && !message.groupId ? windowEnd(at) : null,
    at,
  }
}

function rowOf(item: Received, id: string, contactId: string, conversationId: string): ReceivedRow {
  const { message } = item
  const error = message.errors[0]
  return {
    tenantId: item.tenantId,
    id,
    conversationId,
    contactId,
    numberId: item.numberId,
    type: message.type || 'unknown',
    content: message.contentJson || '{}',
    wamid: message.wamid,
    contextWamid: message.contextWamid,
    groupId: message.groupId,
    referral: message.referralJson,
    at: item.at,
    placeholder: message.placeholder,
    error: error ? JSON.stringify(error) : null,
  }
}

/** The row as a query would return it. */
function shown(row: ReceivedRow): MessageRow {
  return {
    ...row,
    direction: 'inbound',
    recipient: '',
    createdBy: '',
    earlierWamids: '',
    sortKey: row.wamid,
    scheduledAt: null,
    acceptedAt: null,
    state: 'received',
    stateAt: null,
    ledgerVersion: 0n,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    error: row.error ? JSON.parse(row.error) : null,
    pricing: null,
    failureCode: '',
    fold: null,
    version: 1n,
  }
}

/** By item key, the message that each one answers. */
async function repliesOf(tx: Tx, fresh: readonly Fresh[]): Promise<Map<string, string>> {
  const asking = fresh.filter(({ item }) => item.message.contextWamid !== '')
  if (asking.length === 0) return new Map()
  const asked = asking.map(({ item }) => ({ ...wamidOf(item), wamid: item.message.contextWamid }))
  const found = new Map((await findMessages(tx, asked)).map((row) => [wamidKey(row), row.messageId]))
  return new Map(
    asking.flatMap(({ item }, n) => {
      const messageId = asked[n] && found.get(wamidKey(asked[n]))
      return messageId ? [[item.key, messageId] as const] : []
    }),
  )
}

async function fill(tx: Tx, items: readonly Received[], facts: Facts, now: Date): Promise<void> {
  const latest = new Map(items.map((item) => [item.key, item]))
  const rows = [...latest.values()].map((item) => ({ ...wamidOf(item), ...contentOf(item.message) }))
  const filled = await claimMedia(tx, await fillPlaceholders(tx, rows))
  await updatePreviews(
    tx,
    filled.map((row) => ({ ...row, preview: previewOf(row.type, row.content) })),
  )
  const people = await peopleOf(tx, filled)
  for (const row of filled) {
    facts.events.push(messageStored(row, people.of(row), ''))
    facts.frames.push(messageFrame('message.updated', row, now))
  }
}

function contentOf(message: ingestEventsV1.MessageReceived) {
  return {
    type: message.type || 'unknown',
    content: message.contentJson || '{}',
    contextWamid: message.contextWamid,
    referral: message.referralJson,
  }
}

function wamidOf(item: Received) {
  return { tenantId: item.tenantId, numberId: item.numberId, wamid: item.message.wamid }
}
