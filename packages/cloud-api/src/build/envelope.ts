import type { Envelope } from '../send/message.ts'

/** Whom a message goes to: a phone number, a business-scoped user id, both (Meta takes the phone), or a group. */
export type Recipient = { to: string; recipient?: string } | { recipient: string } | { group: string }

export interface BuildOptions {
  /** The message that is quoted. */
  replyTo?: string
  /** Comes back with every status of the message; 512 characters. */
  callbackData?: string
  /** Deliver only to the device that this hash was of. */
  identityKeyHash?: string
}

export function envelope(whom: Recipient, options: BuildOptions = {}): Envelope {
  return {
    messaging_product: 'whatsapp',
    ...('group' in whom
      ? { recipient_type: 'group' as const, to: whom.group }
      : { recipient_type: 'individual' as const, ...whom }),
    ...(options.replyTo === undefined ? {} : { context: { message_id: options.replyTo } }),
    ...(options.callbackData === undefined ? {} : { biz_opaque_callback_data: options.callbackData }),
    ...(options.identityKeyHash === undefined
      ? {}
      : { recipient_identity_key_hash: options.identityKeyHash }),
  }
}
