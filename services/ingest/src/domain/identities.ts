import {
  contactsIn,
  messagesIn,
  namelessIn,
  type ParsedChange,
  type Person,
  statusesIn,
} from '@palomar/cloud-api'
import { besideLists } from './beside-lists.ts'

/**
 * The people a change speaks of, as texts to be hashed: with them an erasure finds the change without opening any.
 * wa_ids stand without plus, user ids as they are.
 */
export function identitiesOf(change: ParsedChange | undefined): string[] {
  const found = new Set<string>()
  const waId: Take = (id) => id && found.add(`wa:${id}`)
  const userId: Take = (id) => id && found.add(`user:${id}`)
  const person = (one: Person | undefined) => {
    waId(one?.waId)
    waId(one?.previousWaId)
    userId(one?.userId)
    userId(one?.previousUserId)
  }
  if (!change) return []
  for (const contact of contactsIn(change)) person(contact)
  for (const { from } of messagesIn(change)) person(from)
  for (const { recipient, participant } of statusesIn(change)) {
    person(recipient)
    person(participant)
  }
  collect(change.kind === 'messages' ? [besideLists(change.json), namelessIn(change)] : change.json, 0, {
    waId,
    userId,
  })
  return [...found].sort()
}

const waIdKeys = new Set(['wa_id', 'from', 'to', 'recipient_id', 'phone_number', 'customer', 'new_wa_id'])
const userIdKeys = new Set(['user_id', 'from_user_id', 'to_user_id', 'recipient_user_id', 'previous_user_id'])
/** Deeper than any field of Meta's. */
const depthMax = 12

type Take = (id: string | undefined) => unknown

/** Echoes, history, calls and preferences name people under a handful of keys, at any depth. */
function collect(json: unknown, depth: number, take: { waId: Take; userId: Take }): void {
  if (typeof json !== 'object' || json === null || depth > depthMax) return
  if (Array.isArray(json)) {
    for (const item of json) collect(item, depth + 1, take)
    return
  }
  for (const [key, value] of Object.entries(json)) {
    if (typeof value === 'string' && waIdKeys.has(key)) take.waId(value.replace(/\D/g, '') || undefined)
    else if (typeof value === 'string' && userIdKeys.has(key)) take.userId(value)
    else collect(value, depth + 1, take)
  }
}
