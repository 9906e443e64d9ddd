import { contact, errorItem, messaging, type StatusError, seconds, type Value } from '../delivery/values.ts'
import type { Seen } from '../people/people.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { Group } from './group.ts'

/** Values of the four fields of groups. Source: Meta, "Webhooks for Groups API". */
export const groupValue = (number: PhoneNumber, at: number, about: Value): Value => ({
  ...messaging(number),
  groups: [{ timestamp: seconds(at), ...about }],
})

/** Someone in a group, or at its door. Source: Meta, "Business-scoped user ids", group_participants_update. */
export function memberOf(person: Seen): Value {
  const { profile, wa_id, user_id, parent_user_id } = contact(person)
  return {
    ...(wa_id === undefined ? {} : { wa_id }),
    user_id,
    ...(parent_user_id ? { parent_user_id } : {}),
    ...(profile.username === undefined ? {} : { username: profile.username }),
  }
}

export interface GroupStatus {
  wamid: string
  echo: string
  /** Absent on `sent` and `failed`, which are of the whole group. */
  person?: Seen
  pricing?: Value
  error?: StatusError
}

/**
 * Statuses of messages to a group that came about together, in one value: one message delivered to or read by several
 * participants, or several messages at one. Source: Meta, "Webhooks for Groups API", group message status.
 */
export function groupStatusValue(
  number: PhoneNumber,
  group: Group,
  status: 'sent' | 'delivered' | 'read' | 'failed',
  at: number,
  rows: readonly GroupStatus[],
): Value {
  const people = new Map(rows.flatMap(({ person }) => (person ? [[person.userId, person] as const] : [])))
  return {
    ...messaging(number),
    // One of each participant; none on `sent` and `failed`.
    ...(people.size > 0 ? { contacts: [...people.values()].map((person) => contact(person)) } : {}),
    statuses: rows.map(({ wamid, echo, person, pricing, error }) => ({
      id: wamid,
      status,
      timestamp: seconds(at),
      recipient_id: group.id,
      recipient_type: 'group',
      ...(person ? participantOf(person) : {}),
      ...(echo === '' ? {} : { biz_opaque_callback_data: echo }),
      ...(pricing ? { pricing } : {}),
      ...(error ? { errors: [errorItem(error)] } : {}),
    })),
  }
}

function participantOf(person: Seen): Value {
  const { wa_id, user_id, parent_user_id: parent } = contact(person)
  return {
    ...(wa_id === undefined ? {} : { recipient_participant_id: wa_id }),
    recipient_participant_user_id: user_id,
    ...(parent ? { recipient_participant_parent_user_id: parent } : {}),
  }
}
