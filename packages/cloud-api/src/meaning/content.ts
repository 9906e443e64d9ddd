import type { WireMessage } from '../webhook/fields/message.ts'
import { type CardContact, cardsOf } from './contact-card.ts'
import { given } from './given.ts'
import { type InteractiveReply, interactiveReplyOf } from './interactive-reply.ts'

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
  | { kind: 'edit'; wamid: string; message: { type: string; content: InboundContent } }
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

/** What a message says, by its `type`. */
export function contentOf(message: WireMessage): InboundContent {
  const { type } = message
  const read =
    type !== undefined && Object.hasOwn(readers, type) ? readers[type as keyof typeof readers] : undefined
  return read?.(message) ?? other
}

/** Undefined when the message has no object of its type. */
type Reader = (message: WireMessage) => InboundContent | undefined

const media =
  (type: MediaType): Reader =>
  ({ [type]: own }) =>
    own?.id
      ? {
          kind: 'media',
          media: {
            type,
            id: own.id,
            mimeType: own.mime_type ?? '',
            ...given('sha256', own.sha256),
            ...given('url', own.url),
            ...given('caption', own.caption),
            ...given('filename', own.filename),
            ...given('voice', own.voice),
            ...given('animated', own.animated),
          },
        }
      : undefined

const readers = {
  text: ({ text }) => text && { kind: 'text', body: text.body ?? '' },
  image: media('image'),
  video: media('video'),
  audio: media('audio'),
  document: media('document'),
  sticker: media('sticker'),
  location: ({ location }) =>
    location && {
      kind: 'location',
      ...given('latitude', location.latitude),
      ...given('longitude', location.longitude),
      ...given('name', location.name),
      ...given('address', location.address),
      ...given('url', location.url),
    },
  contacts: ({ contacts = [], origin }) => ({ kind: 'contacts', cards: cardsOf(contacts, origin) }),
  button: ({ button }) =>
    button && {
      kind: 'button',
      text: button.text ?? '',
      payload: button.payload || button.text || '',
    },
  interactive: ({ interactive }) =>
    interactive && { kind: 'interactive', reply: interactiveReplyOf(interactive) },
  reaction: ({ reaction }) =>
    reaction && { kind: 'reaction', wamid: reaction.message_id ?? '', emoji: reaction.emoji || null },
  order: ({ order }) =>
    order && {
      kind: 'order',
      ...given('catalogId', order.catalog_id),
      ...given('text', order.text),
      items: (order.product_items ?? []).map((item) => ({
        productRetailerId: item.product_retailer_id ?? '',
        ...given('quantity', item.quantity),
        ...given('itemPrice', item.item_price),
        ...given('currency', item.currency),
      })),
    },
  system: ({ system }) =>
    system && {
      kind: 'system',
      // Before 2022 the event was called after the customer.
      event: system.type === 'customer_changed_number' ? 'user_changed_number' : (system.type ?? ''),
      body: system.body ?? '',
      ...given('newWaId', system.wa_id || system.new_wa_id),
      ...given('newUserId', system.user_id),
      ...given('previousUserId', system.previous_user_id),
    },
  edit: ({ edit }) => {
    if (!edit?.original_message_id) return undefined
    const message = edit.message ?? {}
    const type = message.type || 'unknown'
    return { kind: 'edit', wamid: edit.original_message_id, message: { type, content: contentOf(message) } }
  },
  revoke: ({ revoke }) =>
    revoke?.original_message_id ? { kind: 'revoke', wamid: revoke.original_message_id } : undefined,
  unsupported: ({ unsupported }) => ({ kind: 'unsupported', ...given('type', unsupported?.type) }),
} satisfies Record<string, Reader>
