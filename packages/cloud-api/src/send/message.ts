import type { Json } from '../json.ts'
import type { Interactive } from './interactive.ts'
import type { TemplateSend } from './template.ts'

/**
 * A message as `POST /{phone_number_id}/messages` takes it, in Meta's own words, checked by {@link validateSend}. What
 * a caller wrote beside the known fields of an object stays in it: Meta adds fields faster than we do.
 * `pages.messages`
 */
export type SendMessage = Envelope & SendContent

export interface Envelope {
  messaging_product: 'whatsapp'
  recipient_type: 'individual' | 'group'
  /** Phone number or group id. At least one of `to` and `recipient`; when both are there Meta takes `to`. */
  to?: string
  /** Business-scoped user id, or a parent one. */
  recipient?: string
  context?: { message_id: string }
  biz_opaque_callback_data?: string
  recipient_identity_key_hash?: string
  /** Direct Send: the category of a message that needs no template. */
  category?: 'utility' | 'authentication' | 'service'
  direct_send_config?: { template_name?: string }
  ttl_seconds?: number
  /** Only POST /{phone}/marketing_messages. */
  product_policy?: string
  message_activity_sharing?: boolean
  bid_spec?: Json
  messaging_account_id?: string
}

export type SendContent =
  | { type: 'text'; text: { body: string; preview_url?: boolean } }
  | { type: 'image'; image: MediaSend }
  | { type: 'video'; video: MediaSend }
  | { type: 'audio'; audio: MediaSend & { voice?: boolean } }
  | { type: 'document'; document: MediaSend & { filename?: string } }
  | { type: 'sticker'; sticker: MediaSend }
  | { type: 'location'; location: LocationSend }
  | { type: 'contacts'; contacts: ContactCard[] }
  | { type: 'reaction'; reaction: { message_id: string; emoji: string } }
  | { type: 'interactive'; interactive: Interactive }
  | { type: 'template'; template: TemplateSend }

export type SendType = SendContent['type']

/** Exactly one of `id` (uploaded) and `link` (Meta fetches it, and keeps it for 10 minutes). */
export interface MediaSend {
  id?: string
  link?: string
  caption?: string
}

export interface LocationSend {
  latitude: number | string
  longitude: number | string
  name?: string
  address?: string
}

export interface ContactCard {
  name: { formatted_name: string; [part: string]: Json }
  phones?: { phone?: string; type?: string; wa_id?: string }[]
  emails?: { email?: string; type?: string }[]
  urls?: { url?: string; type?: string }[]
  addresses?: Record<string, Json>[]
  org?: { company?: string; department?: string; title?: string }
  birthday?: string
}
