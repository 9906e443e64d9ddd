import { contact, errorItem, messaging, type StatusError, seconds, type Value } from '../delivery/values.ts'
import type { Seen } from '../people/people.ts'
import type { PhoneNumber } from '../world/types.ts'
import type { Session, VoiceCall } from './voice-call.ts'

/**
 * Values of the field `calls`. Source: Meta, "User-initiated calls", "Business-initiated calls", and for who hides the
 * number "Business-scoped user ids".
 */

/** The call begins: with the customer's offer, or with Meta's answer to the business's. */
export function connectValue(
  number: PhoneNumber,
  person: Seen,
  call: VoiceCall,
  /** None when SIP has it. */
  session: Session | undefined,
): Value {
  const event = session ? 'connect' : 'call_created'
  const about = { ...sidesOf(number, person, call), event, timestamp: seconds(call.startedAt) }
  return {
    ...messaging(number),
    contacts: [contact(person)],
    calls: [{ ...about, ...(session ? { session } : {}) }],
  }
}

export function terminateValue(
  number: PhoneNumber,
  person: Seen,
  call: VoiceCall,
  status: 'FAILED' | 'COMPLETED',
  error?: StatusError,
): Value {
  const { connectedAt, endedAt = call.startedAt, echo } = call
  return {
    ...messaging(number),
    contacts: [contact(person)],
    calls: [
      {
        ...sidesOf(number, person, call),
        event: 'terminate',
        timestamp: seconds(endedAt),
        status,
        // Only of a call that somebody took.
        ...(connectedAt === undefined
          ? {}
          : {
              start_time: seconds(connectedAt),
              end_time: seconds(endedAt),
              duration: Math.floor(endedAt / 1000) - Math.floor(connectedAt / 1000),
            }),
        ...(echo === '' ? {} : { biz_opaque_callback_data: echo }),
      },
    ],
    ...(error ? { errors: [errorItem(error)] } : {}),
  }
}

/** What the customer's phone does with a call of the business. */
export function callStatusValue(
  number: PhoneNumber,
  person: Seen,
  call: VoiceCall,
  status: 'RINGING' | 'ACCEPTED' | 'REJECTED',
  at: number,
): Value {
  const { wa_id, user_id, parent_user_id: parent } = contact(person)
  return {
    ...messaging(number),
    contacts: [contact(person)],
    statuses: [
      {
        id: call.id,
        type: 'call',
        status,
        timestamp: seconds(at),
        ...(wa_id === undefined ? {} : { recipient_id: wa_id }),
        recipient_user_id: user_id,
        ...(parent ? { recipient_parent_user_id: parent } : {}),
        ...(call.echo === '' ? {} : { biz_opaque_callback_data: call.echo }),
      },
    ],
  }
}

function sidesOf(number: PhoneNumber, person: Seen, call: VoiceCall): Value {
  const business = messaging(number).metadata.display_phone_number
  const { wa_id, user_id, parent_user_id: parent } = contact(person)
  const isTheirs = call.direction === 'USER_INITIATED'
  return {
    id: call.id,
    direction: call.direction,
    ...(isTheirs
      ? {
          ...(wa_id === undefined ? {} : { from: wa_id }),
          from_user_id: user_id,
          ...(parent ? { from_parent_user_id: parent } : {}),
          to: business,
        }
      : {
          from: business,
          ...(wa_id === undefined ? {} : { to: wa_id }),
          to_user_id: user_id,
          ...(parent ? { to_parent_user_id: parent } : {}),
        }),
    ...(call.deeplinkPayload === undefined ? {} : { deeplink_payload: call.deeplinkPayload }),
    ...(call.ctaPayload === undefined ? {} : { cta_payload: call.ctaPayload }),
  }
}
