import { messaging, type Value } from '../delivery/values.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { Seen } from './people.ts'
import type { PeopleSettings } from './settings.ts'

interface Move {
  before: Seen
  after: Seen
  wamid: string
  at: number
}

const seconds = (ms: number) => String(Math.floor(ms / 1000))

/**
 * That somebody changed number, in the form of the day. With the new number where it may be told
 * (`user_changed_number`), else with the ids alone (`user_changed_user_id`). Source: Meta, "system messages webhook
 * reference" and the changelog of "Business-scoped user IDs".
 */
export function numberChanged(
  form: PeopleSettings['numberChange'],
  number: PhoneNumber,
  move: Move,
): { field: string; value: Value } {
  if (form === 'user_id_update') return { field: 'user_id_update', value: idUpdate(number, move) }
  const { before, wamid, at } = move
  const message = {
    ...(before.hidesPhone ? {} : { from: before.waId }),
    id: wamid,
    timestamp: seconds(at),
    type: 'system',
    system: form === 'legacy' ? legacy(move) : current(move, form === 'current'),
  }
  return { field: 'messages', value: { ...messaging(number), messages: [message] } }
}

function current({ before, after }: Move, withPrevious: boolean): Value {
  const [old, next] = after.hidesPhone ? [before.userId, after.userId] : [nameOf(before), after.waId]
  return {
    type: after.hidesPhone ? 'user_changed_user_id' : 'user_changed_number',
    body: `User ${after.name} changed from ${old} to ${next}`,
    ...(after.hidesPhone ? {} : { wa_id: after.waId }),
    user_id: after.userId,
    ...(after.parentUserId ? { parent_user_id: after.parentUserId } : {}),
    ...(withPrevious ? { previous_user_id: before.userId } : {}),
    ...(withPrevious && before.parentUserId ? { previous_parent_user_id: before.parentUserId } : {}),
  }
}

const legacy = ({ before, after }: Move): Value => ({
  type: 'customer_changed_number',
  body: `User ${after.name} changed from ${nameOf(before)} to ${nameOf(after)}`,
  customer: nameOf(before),
  new_wa_id: nameOf(after),
})

const idUpdate = (number: PhoneNumber, { before, after, at }: Move): Value => ({
  ...messaging(number),
  contacts: [
    {
      profile: { name: after.name },
      ...(after.hidesPhone ? {} : { wa_id: after.waId }),
      user_id: after.userId,
    },
  ],
  user_id_update: [
    {
      ...(after.hidesPhone ? {} : { wa_id: after.waId }),
      detail: 'User id has changed',
      user_id: { previous: before.userId, current: after.userId },
      ...(before.parentUserId && after.parentUserId
        ? { parent_user_id: { previous: before.parentUserId, current: after.parentUserId } }
        : {}),
      timestamp: seconds(at),
    },
  ],
})

const nameOf = ({ hidesPhone, waId, userId }: Seen): string => (hidesPhone ? userId : waId)

/** Older pages: sent to numbers that check identities. */
export function identityChanged(number: PhoneNumber, seen: Seen, wamid: string, at: number): Value {
  const message = {
    ...(seen.hidesPhone ? {} : { from: seen.waId }),
    id: wamid,
    timestamp: seconds(at),
    type: 'system',
    identity: { acknowledged: false, created_timestamp: seconds(at), hash: seen.keyHash },
    system: {
      type: 'customer_identity_changed',
      body: `The security code of ${seen.name} has changed`,
      identity: seen.keyHash,
      customer: nameOf(seen),
    },
  }
  return { ...messaging(number), messages: [message] }
}
