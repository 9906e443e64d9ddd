import { flag, list, number, object, type ShapeValue, text, time, timeNumber } from '../shape.ts'

/** `pages.messageWebhooks` */
const errorItem = object({
  code: number,
  title: text,
  message: text,
  // Older senders have details at the top.
  details: text,
  error_data: object({ details: text, messaging_product: text }),
  href: text,
})
export type WireError = ShapeValue<typeof errorItem>
export const errors = list(errorItem)

const media = object({
  id: text,
  mime_type: text,
  sha256: text,
  url: text,
  caption: text,
  filename: text,
  voice: flag,
  animated: flag,
  // Only in clients' tests and older hosts.
  link: text,
  file_size: number,
})

const card = object({
  name: object({
    formatted_name: text,
    first_name: text,
    last_name: text,
    middle_name: text,
    prefix: text,
    suffix: text,
    phonetic_name: text,
  }),
  phones: list(object({ phone: text, wa_id: text, user_id: text, type: text })),
  emails: list(object({ email: text, type: text })),
  urls: list(object({ url: text, type: text })),
  addresses: list(
    object({
      street: text,
      city: text,
      state: text,
      zip: text,
      country: text,
      country_code: text,
      type: text,
    }),
  ),
  org: object({ company: text, department: text, title: text }),
  birthday: text,
  origin: text,
  vcard: text,
})

export type WireCard = ShapeValue<typeof card>

const product = object({ catalog_id: text, product_retailer_id: text })

/** What a customer chose or filled in. `product` was announced in Aug 2026, its skeleton is not seen. [?] */
const interactive = object({
  type: text,
  button_reply: object({ id: text, title: text }),
  list_reply: object({ id: text, title: text, description: text }),
  nfm_reply: object({ name: text, body: text, response_json: text }),
  call_permission_reply: object({
    response: text,
    is_permanent: flag,
    expiration_timestamp: timeNumber,
    response_source: text,
  }),
  payment_method: object({
    payment_method: text,
    payment_timestamp: timeNumber,
    reference_id: text,
    last_four_digits: text,
    credential_id: text,
  }),
  // [sample: weni courier]
  payment_notification: object({
    reference_id: text,
    transaction_id: text,
    payment_status: text,
    payer_name: text,
  }),
  product,
})

export type WireInteractive = ShapeValue<typeof interactive>

const system = object({
  type: text,
  body: text,
  wa_id: text,
  user_id: text,
  previous_user_id: text,
  parent_user_id: text,
  previous_parent_user_id: text,
  username: text,
  // Before 2022, and in older clients.
  new_wa_id: text,
  customer: text,
  identity: text,
})

/** What a message says, by its type. */
const content = {
  text: object({ body: text }),
  image: media,
  video: media,
  audio: media,
  // The name of a voice note before 2021.
  voice: media,
  document: media,
  sticker: media,
  location: object({ latitude: number, longitude: number, name: text, address: text, url: text }),
  contacts: list(card),
  button: object({ payload: text, text }),
  interactive,
  reaction: object({ message_id: text, emoji: text }),
  order: object({
    catalog_id: text,
    text,
    product_items: list(
      object({ product_retailer_id: text, quantity: number, item_price: number, currency: text }),
    ),
  }),
  system,
  revoke: object({ original_message_id: text }),
  unsupported: object({ type: text }),
}

const context = object({
  from: text,
  from_user_id: text,
  id: text,
  forwarded: flag,
  frequently_forwarded: flag,
  referred_product: product,
  // A group message that quotes another group's.
  group_id: text,
  // [sample] of older numbers
  mentions: list(text),
})

const referral = object({
  source_url: text,
  source_id: text,
  source_type: text,
  headline: text,
  body: text,
  media_type: text,
  image_url: text,
  video_url: text,
  thumbnail_url: text,
  ctwa_clid: text,
  ref: text,
  welcome_message: object({ text }),
  image: object({ id: text }),
})

/** A message: inbound, an echo of ours, or of the history. */
export const message = object({
  from: text,
  from_user_id: text,
  from_parent_user_id: text,
  from_logical_id: text,
  to: text,
  to_user_id: text,
  to_parent_user_id: text,
  group_id: text,
  id: text,
  timestamp: time,
  type: text,
  context,
  referral,
  errors,
  ...content,
  edit: object({
    original_message_id: text,
    message: object({ type: text, context, ...content }),
  }),
  identity: object({ acknowledged: flag, created_timestamp: time, hash: text }),
  // A draft had it here instead of on each card.
  origin: text,
  history_context: object({ status: text }),
})
export type WireMessage = ShapeValue<typeof message>

export const contact = object({
  profile: object({ name: text, username: text, country_code: text }),
  wa_id: text,
  user_id: text,
  parent_user_id: text,
  identity_key_hash: text,
})

export type WireContact = ShapeValue<typeof contact>

export const metadata = object({ display_phone_number: text, phone_number_id: text })
