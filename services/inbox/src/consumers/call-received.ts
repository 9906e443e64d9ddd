import type { ingestEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Facts } from '../domain/facts.ts'
import { type Person, personOf } from '../domain/person.ts'
import { peerOf, placeConversations, tellConversations, tellMerged } from '../place-conversations.ts'
import { placePeople } from '../place-people.ts'
import { instant, type Place, placeOf, unreadable } from './parse.ts'

/** A call of a customer's that opens his window. */
export interface CallItem extends Place {
  kind: 'call'
  key: string
  person: Person
  windowEndsAt: Date
  at: Date
}

/** Undefined for a call that opens no window: there is nothing of it to keep here. */
export function parseCall(
  event: ingestEventsV1.Event,
  call: ingestEventsV1.CallReceived,
): CallItem | undefined {
  if (!call.windowExpiresAt) return undefined
  const place = placeOf(event.header, call.number)
  const at = instant(event.header?.time, 'time')
  const person = personOf(call.customer ?? { waId: '', userId: '' }, { ...place, at })
  if (!person) throw unreadable('a call from nobody')
  return {
    kind: 'call',
    ...place,
    key: `${place.tenantId}/${place.numberId}/call ${call.callId}/${call.event}`,
    person,
    windowEndsAt: instant(call.windowExpiresAt, 'window_expires_at'),
    at,
  }
}

/**
 * Opens or extends the window of the number and the customer who called it; a caller whom nobody knew gets his contact and a
 * conversation without messages.
 *
 * The window is the later of two ends and the conversation the row of (number, person), so a call that comes twice, late,
 * before or after a message, or in two processes at once, ends in the same state. Dies before the commit: it comes again.
 */
export async function openWindowsOfCalls(
  tx: Tx,
  items: readonly CallItem[],
  facts: Facts,
  now: Date,
): Promise<void> {
  const people = await placePeople(
    tx,
    items.map(({ person }) => person),
    facts,
    now,
  )
  const changes = items.map(({ tenantId, numberId, windowEndsAt, at }, n) => {
    const contactId = people.contactIds[n] ?? ''
    return {
      tenantId,
      numberId,
      peer: peerOf(contactId, ''),
      contactId,
      groupId: '',
      unread: 0,
      last: null,
      customerAt: null,
      windowEndsAt,
      at,
    }
  })
  const conversations = await placeConversations(tx, changes, people.keys, facts, now)
  await tellMerged(tx, people.mergedConversations, people.keys, facts, now)
  await tellConversations(tx, [...conversations.values()], new Map(), facts, now, people.contacts)
}
