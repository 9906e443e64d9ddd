import type { ParsedChange } from '../webhook/change.ts'
import { given } from './given.ts'
import { contactsIn } from './message.ts'
import { knownPerson, type Person, personOf } from './person.ts'

/** What happened to a voice call, from an item of `calls`. */
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
}

/**
 * The calls of a `calls` change, but for what has no id.
 * `pages.callsByUsers`
 */
export function callsIn(change: ParsedChange): Call[] {
  if (change.kind !== 'calls') return []
  const contacts = contactsIn(change)
  return (change.value.calls ?? []).flatMap((call) => {
    const { id: callId, event = '', timestamp, start_time } = call
    if (!callId) return []
    const direction = (call.direction ?? '').toUpperCase()
    const isByUser = direction === 'USER_INITIATED'
    const customer = isByUser
      ? personOf(call.from, call.from_user_id, call.from_parent_user_id)
      : personOf(call.to, call.to_user_id, call.to_parent_user_id)
    return {
      callId,
      event: event.toLowerCase(),
      ...given('isByUser', direction === '' ? undefined : isByUser),
      ...given('timestamp', timestamp),
      ...given('startedAt', start_time),
      customer: knownPerson(customer, contacts),
    }
  })
}
