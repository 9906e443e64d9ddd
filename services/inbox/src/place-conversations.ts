import { newId, uuidOf } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { findContacts } from './db/contacts.ts'
import {
  type ConversationChange,
  type ConversationRow,
  conversationColumns,
  lastStates,
  peerKey,
  upsertConversations,
} from './db/conversations.ts'
import type { TenantId } from './db/people.ts'
import { conversationChanged, type Facts, windowOpened } from './domain/facts.ts'
import { conversationFrame } from './domain/frames.ts'
import { type ContactFacts, conversationOf } from './domain/resources.ts'
import { windowMs } from './domain/window.ts'

export function peerOf(contactId: string, groupId: string): string {
  return groupId ? `g:${groupId}` : `c:${contactId}`
}

/** What several messages do to the same conversation, as one change: a statement may touch a row once. */
export function combine(changes: readonly ConversationChange[]): ConversationChange[] {
  const combined = new Map<string, ConversationChange>()
  for (const change of changes) {
    const held = combined.get(peerKey(change))
    combined.set(peerKey(change), held ? fold(held, change) : change)
  }
  return [...combined.values()]
}

function fold(a: ConversationChange, b: ConversationChange): ConversationChange {
  return {
    ...a,
    unread: a.unread + b.unread,
    last: later(a.last, b.last),
    customerAt: latest(a.customerAt, b.customerAt),
    windowEndsAt: latest(a.windowEndsAt, b.windowEndsAt),
    at: latest(a.at, b.at) ?? a.at,
  }
}

function later(a: ConversationChange['last'], b: ConversationChange['last']): ConversationChange['last'] {
  if (!a || !b) return a ?? b
  if (a.at.getTime() !== b.at.getTime()) return a.at > b.at ? a : b
  return a.key > b.key ? a : b
}

function latest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a > b ? a : b
}

/** Upserts the conversations and says what is new of them; by `peerKey`. */
export async function placeConversations(
  tx: Tx,
  changes: readonly ConversationChange[],
  keys: Map<string, string[]>,
  facts: Facts,
  now: Date,
): Promise<Map<string, ConversationRow>> {
  const combined = new Map(combine(changes).map((change) => [peerKey(change), change]))
  const rows = await upsertConversations(tx, [...combined.values()], () => uuidOf(newId('conversation')))
  for (const row of rows) {
    const change = combined.get(peerKey(row))
    if (row.created || isReopened(row, change)) facts.events.push(conversationChanged(row, now))
    if (change) tellWindow(row, change, keys, facts)
  }
  return new Map(rows.map((row) => [peerKey(row), row]))
}

function isReopened(row: ConversationRow, change: ConversationChange | undefined): boolean {
  return row.status === 'open' && change?.customerAt?.getTime() === row.statusAt.getTime()
}

/** Only the message that reaches furthest opens the window; an older one changes nothing. */
function tellWindow(
  row: ConversationRow,
  change: ConversationChange,
  keys: Map<string, string[]>,
  facts: Facts,
): void {
  const { windowEndsAt } = change
  if (!windowEndsAt || !row.contactId || row.windowExpiresAt?.getTime() !== windowEndsAt.getTime()) return
  const own = keys.get(`${row.tenantId}/${row.contactId}`) ?? []
  facts.events.push(windowOf(row, row.contactId, own, windowEndsAt))
}

function windowOf(row: ConversationRow, contactId: string, keys: string[], expiresAt: Date) {
  const openedAt = new Date(expiresAt.getTime() - windowMs)
  return windowOpened(
    { tenantId: row.tenantId, numberId: row.numberId, contactId, keys, openedAt, expiresAt },
    '',
  )
}

/** After a merge: where a conversation went, and its window under all keys of the person it has now. */
export async function tellMerged(
  tx: Tx,
  ids: readonly TenantId[],
  keys: Map<string, string[]>,
  facts: Facts,
  now: Date,
): Promise<void> {
  for (const { tenantId, id } of ids) {
    const [row] = await tx<ConversationRow[]>`
      select ${conversationColumns(tx)} from conversations c where c.tenant_id = ${tenantId} and c.id = ${id}`
    if (!row) continue
    facts.events.push(conversationChanged(row, now))
    const own = row.contactId ? keys.get(`${tenantId}/${row.contactId}`) : undefined
    if (row.contactId && own && row.windowExpiresAt) {
      facts.events.push(windowOf(row, row.contactId, own, row.windowExpiresAt))
    }
  }
}

/**
 * A conversation.updated frame for each row, as the list shows it. `states` are those of messages that the caller has
 * just written, by id; `known` what the caller has of their contacts, by `tenant/contact`.
 */
export async function tellConversations(
  tx: Tx,
  rows: readonly ConversationRow[],
  states: ReadonlyMap<string, string>,
  facts: Facts,
  now: Date,
  known: ReadonlyMap<string, ContactFacts> = new Map(),
): Promise<void> {
  if (rows.length === 0) return
  const contactIds = rows.flatMap(({ tenantId, contactId }) =>
    contactId && !known.has(`${tenantId}/${contactId}`) ? { tenantId, id: contactId } : [],
  )
  const unknown = rows.filter((row) => row.lastMessageId && !states.has(row.lastMessageId))
  const [contacts, others] = await Promise.all([
    contactIds.length > 0 ? findContacts(tx, contactIds) : [],
    unknown.length > 0 ? lastStates(tx, unknown) : new Map<string, string>(),
  ])
  const byId = new Map(contacts.map((contact) => [contact.id, contact]))
  for (const row of rows) {
    const last = row.lastMessageId ?? ''
    const resource = conversationOf(
      row,
      known.get(`${row.tenantId}/${row.contactId}`) ?? byId.get(row.contactId ?? ''),
      states.get(last) ?? others.get(last) ?? '',
    )
    facts.frames.push(conversationFrame(resource, row.tenantId, now))
  }
}
