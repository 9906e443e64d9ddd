import type { Value } from '../delivery/values.ts'
import type { Faults } from '../faults.ts'
import type { inboundFaults } from './inbound.ts'

interface Parts {
  value: Value
  message: Value
  contact: Value | undefined
  faults: Faults
}

/** Family, skin tone, flag; Hebrew under an override; a letter under marks. */
const strange = '👩‍👩‍👧‍👦👍🏽🇨🇴 \u202eשלום\u202c Z\u0351\u036b\u0343a\u0300'
const textMax = 4_096
const sixDays = 6 * 86_400

/** Kinds that Meta names for `unsupported`. Source: Meta, "Unsupported messages webhook reference". */
const unsupportedKinds = [
  'poll_creation',
  'poll_update',
  'pin',
  'keep_in_chat',
  'group_invite',
  'gif',
  'edit',
]

const distortions: Partial<Record<keyof typeof inboundFaults, (parts: Parts) => void>> = {
  withoutContacts: ({ value }) => delete value.contacts,
  withoutProfile: ({ contact }) => delete contact?.profile,
  emptyName: ({ contact }) => nameOf(contact, () => ''),
  strangeName: ({ contact }) => nameOf(contact, (name) => `${name} ${strange}\u0000`),
  strangeText: ({ message }) => bodyOf(message, (body) => `${body} ${strange} \ud83d \u0000.`),
  longText: ({ message }) => bodyOf(message, (body) => `${body} `.padEnd(textMax, 'ñ')),
  numberTimestamps: ({ message }) => {
    message.timestamp = Number(message.timestamp)
  },
  oldMessage: ({ message }) => {
    message.timestamp = String(Number(message.timestamp) - sixDays)
  },
  replyToUnknown: ({ message }) => {
    message.context = { from: '15550000000', id: 'wamid.Tk9CT0RZU0VOVFRISVM=' }
  },
  emptyContext: ({ message }) => {
    message.context = { forwarded: false, referred_product: {} }
  },
  unknownType: ({ message }) => become(message, 'hologram', { frames: 3 }),
  unknownInteractive: ({ message }) =>
    become(message, 'interactive', { type: 'thought_reply', thought_reply: { id: 't1' } }),
  interactiveWithoutObject({ value, message }) {
    become(message, 'interactive', undefined)
    value.errors = [error(131000, 'Something went wrong', 'Unsupported webhook payload')]
  },
  unsupportedKind({ message, faults }) {
    const type = unsupportedKinds[Math.floor(faults.random() * unsupportedKinds.length)]
    become(message, 'unsupported', { type })
    message.errors = [error(131051, 'Message type unknown', 'Message type is currently not supported.')]
  },
  unsupportedHere({ message }) {
    become(message, 'unsupported', undefined)
    message.errors = [error(131060, 'This message is unavailable', 'This message is unavailable here.')]
  },
  unsupportedInGroup({ message }) {
    become(message, 'unsupported', undefined)
    message.errors = [error(130501, 'Message type is not supported', 'Not supported in groups.')]
  },
}
const names = Object.keys(distortions) as (keyof typeof inboundFaults)[]

/** Changes the value of a customer's message as the faults of this moment say. */
export function distort(value: Value, faults: Faults): void {
  for (const name of faults.drawn(names)) {
    const [message = {}] = value.messages as Value[]
    const [contact] = (value.contacts ?? []) as Value[]
    distortions[name]?.({ value, message, contact, faults })
  }
}

function nameOf(contact: Value | undefined, change: (name: string) => string): void {
  const profile = contact?.profile as { name?: string } | undefined
  if (profile) profile.name = change(profile.name ?? '')
}

function bodyOf(message: Value, change: (body: string) => string): void {
  const text = message.text as { body?: string } | undefined
  if (text) message.text = { ...text, body: change(text.body ?? '') }
}

/** The same message as something else. */
function become(message: Value, type: string, own: unknown): void {
  delete message[String(message.type)]
  message.type = type
  if (own !== undefined) message[type] = own
}

const error = (code: number, title: string, details: string): Value => ({
  code,
  title,
  message: title,
  error_data: { details },
})
