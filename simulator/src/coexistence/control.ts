import { z } from 'zod'
import { action, place } from '../control/action.ts'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { type DisconnectionReason, disconnectionReasons } from './account-events.ts'

export interface AppConnection {
  phoneNumberId: string
  do: 'onboard' | 'offboard' | 'reconnect' | 'disconnect'
  /** What the app holds: chats, messages, pictures among the latest. */
  threads?: number | undefined
  messages?: number | undefined
  pictures?: number | undefined
  sharesHistory?: boolean | undefined
  reason?: DisconnectionReason | undefined
  initiatedBy?: 'USER' | 'SYSTEM' | undefined
}

export interface OwnerWriting {
  phoneNumberId: string
  waId: string
  text?: string | undefined
  type?: string | undefined
  content?: unknown
}

/** What the owner of a number does in the WhatsApp Business app. */
export interface CoexistenceControl {
  connectApp(connection: AppConnection): void
  /** The wamid. */
  ownerWrites(writing: OwnerWriting): string
  ownerKeeps(phoneNumberId: string, waId: string, name: string | undefined, isRemoved?: boolean): void
}

export function coexistenceControl(
  { coexistence }: Simulation,
  numberOf: (id: string) => PhoneNumber,
  personOf: (waId: string, name?: string) => Customer,
): CoexistenceControl {
  const onApp = (id: string): PhoneNumber => {
    const number = numberOf(id)
    if (!coexistence.isOnApp(id)) throw new ControlError('that number is not on the WhatsApp Business app')
    return number
  }
  return {
    connectApp({ phoneNumberId, do: what, reason, initiatedBy, ...given }) {
      if (what === 'onboard') {
        const { threads = 20, messages = 400, pictures = 6, sharesHistory = true } = given
        coexistence.onboard(numberOf(phoneNumberId), { threads, messages, pictures }, sharesHistory)
      } else if (what === 'disconnect')
        coexistence.disconnect(onApp(phoneNumberId), reason ?? 'ACCOUNT_DISCONNECTED', initiatedBy ?? 'USER')
      else coexistence[what](onApp(phoneNumberId))
    },
    ownerWrites({ phoneNumberId, waId, text = '', type = 'text', content }) {
      if (type === 'text' && text.trim() === '' && content === undefined)
        throw new ControlError('text must not be empty')
      const said = { type, content: content ?? { body: text } }
      return coexistence.write(onApp(phoneNumberId), personOf(waId), said)
    },
    ownerKeeps(phoneNumberId, waId, name, isRemoved = false) {
      const person = personOf(waId, name)
      const named = name ? { ...person, name } : person
      coexistence.keepContact(onApp(phoneNumberId), named, isRemoved ? 'remove' : 'add')
    },
  }
}

/** `POST /control/coexistence`, `owner` and `contact`. */
export const coexistenceActions = {
  coexistence: action(
    z.object({
      phone_number_id: z.string(),
      do: z.enum(['onboard', 'offboard', 'reconnect', 'disconnect']),
      threads: z.number().int().min(1).max(10_000).optional(),
      messages: z.number().int().min(0).max(200_000).optional(),
      pictures: z.number().int().min(0).max(200).optional(),
      shares_history: z.boolean().optional(),
      reason: z.enum(disconnectionReasons).optional(),
      initiated_by: z.enum(['USER', 'SYSTEM']).optional(),
    }),
    (control, { phone_number_id, shares_history, initiated_by, ...more }) =>
      control.connectApp({
        ...more,
        phoneNumberId: phone_number_id,
        sharesHistory: shares_history,
        initiatedBy: initiated_by,
      }),
  ),
  owner: action(
    z.object({
      ...place,
      text: z.string().max(4096).optional(),
      type: z.string().optional(),
      content: z.unknown().optional(),
    }),
    (control, { phone_number_id, wa_id, ...more }) => ({
      wamid: control.ownerWrites({ ...more, phoneNumberId: phone_number_id, waId: wa_id }),
    }),
  ),
  contact: action(
    z.object({ ...place, name: z.string().max(100).optional(), remove: z.boolean().optional() }),
    (control, { phone_number_id, wa_id, name, remove }) =>
      control.ownerKeeps(phone_number_id, wa_id, name, remove),
  ),
}
