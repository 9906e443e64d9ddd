import { contact, messaging, seconds, type Value } from '../delivery/values.ts'
import type { Seen } from '../people/people.ts'
import type { PhoneNumber } from '../world/types.ts'

/** A message-like value as those hear it who do not own the thread: one level deeper. Source: Meta, "Standby webhooks" (Aug 2026). */
export function standbyValue({ contacts, messages, statuses, messaging_product, metadata }: Value): Value {
  return {
    messaging_product,
    metadata,
    standby: {
      ...(contacts ? { contacts } : {}),
      ...(messages ? { messages } : {}),
      ...(statuses ? { statuses } : {}),
    },
  }
}

export interface Echo {
  wamid: string
  at: number
  /** The body of its send. */
  message: object
}

/** What the owner of a thread has sent. */
export const standbyEchoValue = (number: PhoneNumber, person: Seen, { wamid, at, message }: Echo): Value => ({
  ...messaging(number),
  standby: {
    contacts: [contact(person)],
    message_echoes: [
      {
        id: wamid,
        timestamp: seconds(at),
        message: {
          messaging_product: 'whatsapp',
          ...(person.hidesPhone ? { recipient: person.userId } : { to: person.waId }),
          ...message,
        },
      },
    ],
  },
})

export interface Owner {
  role: string
  appId: string
}

export interface Handover {
  type: 'control_passed' | 'control_taken'
  from: Owner | undefined
  to: Owner
  at: number
  metadata?: string | undefined
}

/** The number is the recipient here; there is no `metadata` of it. Source: Meta, "messaging_handovers webhook reference" (Sep 2026). */
export const handoverValue = (
  number: PhoneNumber,
  person: Seen,
  { type, from, to, at, metadata }: Handover,
): Value => ({
  messaging_product: 'whatsapp',
  sender: person.hidesPhone
    ? { user_id: person.userId }
    : { phone_number: person.waId, user_id: person.userId },
  recipient: messaging(number).metadata,
  type,
  timestamp: seconds(at),
  [type]: {
    ...(from === undefined ? {} : { previous_owner_role: from.role, previous_owner_app_id: from.appId }),
    new_owner_role: to.role,
    new_owner_app_id: to.appId,
    ...(metadata === undefined ? {} : { metadata }),
  },
})
