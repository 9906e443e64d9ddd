import type { Json, JsonObject } from '../json.ts'
import { type CardContact, cardsIn } from './contact-card.ts'
import { type InteractiveReply, interactiveReplyOf } from './interactive-reply.ts'
import { firstWord, flagIn, given, numberIn, objectIn, objectsIn, textIn, wordIn } from './value.ts'

/** What a message says. `other` is every type that we do not model, and known ones without their object. */
export type InboundContent =
  | { kind: 'text'; body: string }
  | { kind: 'media'; media: InboundMedia }
  | { kind: 'location'; latitude?: number; longitude?: number; name?: string; address?: string; url?: string }
  | { kind: 'contacts'; cards: CardContact[] }
  /** A quick reply of a template. */
  | { kind: 'button'; text: string; payload: string }
  | { kind: 'interactive'; reply: InteractiveReply }
  /** No emoji: the reaction is taken back. */
  | { kind: 'reaction'; wamid: string; emoji: string | null }
  | { kind: 'order'; catalogId?: string; text?: string; items: OrderItem[] }
  | {
      kind: 'system'
      event: string
      body: string
      newWaId?: string
      newUserId?: string
      previousUserId?: string
    }
  | { kind: 'edit'; wamid: string; message: { type: string; content: InboundContent; json: JsonObject } }
  | { kind: 'revoke'; wamid: string }
  /** Meta does not pass this kind on; `type` is what it was, when Meta says so. */
  | { kind: 'unsupported'; type?: string }
  | { kind: 'other' }

export type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker'

export interface InboundMedia {
  type: MediaType
  id: string
  mimeType: string
  sha256?: string
  /** Works for five minutes, with the token, and only on Meta's hosts. */
  url?: string
  caption?: string
  filename?: string
  /** Recorded in the chat. */
  voice?: boolean
  animated?: boolean
}

export interface OrderItem {
  productRetailerId: string
  quantity?: number
  itemPrice?: number
  currency?: string
}

const other: InboundContent = { kind: 'other' }

export function contentOf(type: string, own: Json, message: JsonObject): InboundContent {
  const read = Object.hasOwn(readers, type) ? readers[type as keyof typeof readers] : undefined
  return read?.(own, message) ?? other
}

type Reader = (own: Json, message: JsonObject) => InboundContent | undefined

const ofObject =
  (read: (own: JsonObject, message: JsonObject) => InboundContent | undefined): Reader =>
  (own, message) =>
    typeof own === 'object' && own !== null && !Array.isArray(own) ? read(own, message) : undefined

const media = (type: MediaType): Reader =>
  ofObject((own) => {
    const id = wordIn(own.id)
    if (id === undefined) return undefined
    return {
      kind: 'media',
      media: {
        type,
        id,
        mimeType: textIn(own.mime_type),
        ...given('sha256', wordIn(own.sha256)),
        ...given('url', wordIn(own.url)),
        ...given('caption', wordIn(own.caption)),
        ...given('filename', wordIn(own.filename)),
        ...given('voice', flagIn(own.voice)),
        ...given('animated', flagIn(own.animated)),
      },
    }
  })

const readers = {
  text: ofObject((own) => ({ kind: 'text', body: textIn(own.body) })),
  image: media('image'),
  video: media('video'),
  audio: media('audio'),
  document: media('document'),
  sticker: media('sticker'),
  location: ofObject((own) => ({
    kind: 'location',
    ...given('latitude', numberIn(own.latitude)),
    ...given('longitude', numberIn(own.longitude)),
    ...given('name', wordIn(own.name)),
    ...given('address', wordIn(own.address)),
    ...given('url', wordIn(own.url)),
  })),
  contacts: (own, message) => ({ kind: 'contacts', cards: cardsIn(own, message) }),
  button: ofObject((own) => ({
    kind: 'button',
    text: textIn(own.text),
    payload: wordIn(own.payload) ?? textIn(own.text),
  })),
  interactive: ofObject((own) => ({ kind: 'interactive', reply: interactiveReplyOf(own) })),
  reaction: ofObject((own) => ({
    kind: 'reaction',
    wamid: textIn(own.message_id),
    emoji: wordIn(own.emoji) ?? null,
  })),
  order: ofObject((own) => ({
    kind: 'order',
    ...given('catalogId', wordIn(own.catalog_id)),
    ...given('text', wordIn(own.text)),
    items: objectsIn(own.product_items).map((item) => ({
      productRetailerId: textIn(item.product_retailer_id),
      ...given('quantity', numberIn(item.quantity)),
      ...given('itemPrice', numberIn(item.item_price)),
      ...given('currency', wordIn(item.currency)),
    })),
  })),
  system: ofObject((own) => ({
    kind: 'system',
    // Before 2022 the event was called after the customer.
    event: textIn(own.type) === 'customer_changed_number' ? 'user_changed_number' : textIn(own.type),
    body: textIn(own.body),
    ...given('newWaId', firstWord(own, 'wa_id', 'new_wa_id')),
    ...given('newUserId', wordIn(own.user_id)),
    ...given('previousUserId', wordIn(own.previous_user_id)),
  })),
  edit: ofObject((own) => {
    const wamid = wordIn(own.original_message_id)
    const json = objectIn(own.message)
    const type = wordIn(json.type) ?? 'unknown'
    if (wamid === undefined) return undefined
    // An edit of an edit is not a thing; it would also let a body nest as deep as it likes.
    const content = type === 'edit' ? other : contentOf(type, json[type] ?? null, json)
    return { kind: 'edit', wamid, message: { type, content, json } }
  }),
  revoke: ofObject((own) => {
    const wamid = wordIn(own.original_message_id)
    return wamid === undefined ? undefined : { kind: 'revoke', wamid }
  }),
  unsupported: (own) => ({ kind: 'unsupported', ...given('type', wordIn(objectIn(own).type)) }),
} satisfies Record<string, Reader>
