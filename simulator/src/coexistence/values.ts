import { titleOf } from '@palomar/cloud-api'
import { contact, messaging, seconds, type Value } from '../delivery/values.ts'
import type { Seen } from '../people/people.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { AppContact, PastMessage } from './past.ts'

export const digitsOf = ({ displayPhoneNumber }: PhoneNumber): string => displayPhoneNumber.replace(/\D/g, '')

/** A message of the past or of the owner's, as Meta writes it: `to` stands where the business wrote. */
function messageOf(number: PhoneNumber, message: PastMessage): Value {
  const { person, isFromOwner, at, wamid, type, content } = message
  return {
    ...(isFromOwner
      ? { from: digitsOf(number), to: person.waId, to_user_id: person.userId }
      : { from: person.waId, from_user_id: person.userId }),
    id: wamid,
    timestamp: seconds(at),
    type,
    ...(content === undefined ? {} : { [type]: content }),
  }
}

export const pastMessageOf = (number: PhoneNumber, message: PastMessage): Value => ({
  ...messageOf(number, message),
  history_context: { status: message.status },
})

export interface HistoryChunk {
  phase: number
  chunkOrder: number
  /** Percent of the whole. */
  progress: number
  threads: Value[]
}

/** Source: Meta, "history webhook reference" (May 2026); webhooks sheet, 5.4. */
export const historyValue = (
  number: PhoneNumber,
  { phase, chunkOrder, progress, threads }: HistoryChunk,
): Value => ({
  ...messaging(number),
  history: [{ metadata: { phase, chunk_order: chunkOrder, progress }, threads }],
})

export const threadOf = ({ waId, userId }: AppContact, messages: Value[]): Value => ({
  id: waId,
  context: { wa_id: waId, user_id: userId },
  messages,
})

/** The owner keeps the past for himself. */
export const refusedHistoryValue = (number: PhoneNumber): Value => ({
  ...messaging(number),
  history: [
    {
      errors: [
        {
          code: 2593109,
          title: titleOf(2593109),
          message: titleOf(2593109),
          error_data: {
            details: 'History sharing is turned off by the business from the WhatsApp Business app',
          },
        },
      ],
    },
  ],
})

/** The files that placeholders stood for: no `history` in the value, but messages of either side. */
export function pastMediaValue(
  number: PhoneNumber,
  isFromOwner: boolean,
  messages: readonly PastMessage[],
): Value {
  const people = new Map(messages.map(({ person }) => [person.waId, person]))
  const contacts = [...people.values()].map(({ waId, userId, fullName }) => ({
    profile: { name: fullName },
    wa_id: waId,
    user_id: userId,
  }))
  return {
    ...messaging(number),
    contacts,
    [isFromOwner ? 'message_echoes' : 'messages']: messages.map((message) => messageOf(number, message)),
  }
}

/** Source: Meta, "smb_app_state_sync webhook reference". */
export const stateSyncValue = (
  number: PhoneNumber,
  action: 'add' | 'remove',
  people: readonly AppContact[],
  at: number,
): Value => ({
  ...messaging(number),
  state_sync: people.map(({ waId, userId, fullName, firstName }) => ({
    type: 'contact',
    action,
    contact: {
      // Names are not told when somebody is removed.
      ...(action === 'add' ? { full_name: fullName, first_name: firstName } : {}),
      phone_number: waId,
      user_id: userId,
    },
    metadata: { timestamp: seconds(at) },
  })),
})

export interface OwnerMessage {
  wamid: string
  at: number
  type: string
  content: unknown
}

/** Source: Meta, "smb_message_echoes webhook reference". */
export const echoValue = (number: PhoneNumber, person: Seen, message: OwnerMessage): Value => ({
  ...messaging(number),
  contacts: [contact(person)],
  message_echoes: [
    {
      from: digitsOf(number),
      ...(person.hidesPhone ? {} : { to: person.waId }),
      to_user_id: person.userId,
      id: message.wamid,
      timestamp: seconds(message.at),
      type: message.type,
      [message.type]: message.content,
    },
  ],
})

/** What is left of a message that Meta does not give this app. Source: Meta, "unsupported messages webhook reference". */
export const unavailable = (message: Value): Value => {
  const { from, from_user_id, id, timestamp } = message
  const title = titleOf(131060)
  return {
    ...(from === undefined ? {} : { from }),
    from_user_id,
    id,
    timestamp,
    type: 'unsupported',
    errors: [
      {
        code: 131060,
        title,
        message: title,
        error_data: { details: 'This message is currently unavailable.' },
      },
    ],
  }
}
