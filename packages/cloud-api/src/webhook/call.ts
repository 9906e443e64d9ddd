import type { Json, JsonObject } from '../json.ts'
import { contactOf, knownPerson, type Person, personOf } from './person.ts'
import { given, objectIn, objectsIn, textIn, timeIn, wordIn } from './value.ts'

/** What happened to a voice call, from an item of `calls` (field `calls`). */
export interface Call {
  /** `wacid.…`, the same for everything that happens to it. */
  callId: string
  /** connect, terminate, call_created, …; in lower case. */
  event: string
  /** Whether the customer called us. Undefined when Meta does not say who did. */
  isByUser?: boolean
  timestamp?: Date
  /** When it was answered; only when it was, and at its end. */
  startedAt?: Date
  customer: Person
  json: JsonObject
}

/**
 * The calls of a value of field `calls`; those without an id or a direction's other side are left out.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/calling/user-initiated-calls
 */
export function callsOf(value: Json): Call[] {
  const { calls, contacts: contactsJson } = objectIn(value)
  const contacts = objectsIn(contactsJson).map(contactOf)
  return objectsIn(calls).flatMap((json) => {
    const callId = wordIn(json.id)
    if (callId === undefined) return []
    const direction = textIn(json.direction).toUpperCase()
    const isByUser = direction === 'USER_INITIATED'
    const customer = isByUser
      ? personOf(wordIn(json.from), wordIn(json.from_user_id), wordIn(json.from_parent_user_id))
      : personOf(wordIn(json.to), wordIn(json.to_user_id), wordIn(json.to_parent_user_id))
    return {
      callId,
      event: textIn(json.event).toLowerCase(),
      ...given('isByUser', direction === '' ? undefined : isByUser),
      ...given('timestamp', timeIn(json.timestamp)),
      ...given('startedAt', timeIn(json.start_time)),
      customer: knownPerson(customer, contacts),
      json,
    }
  })
}
