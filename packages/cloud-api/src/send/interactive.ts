import type { Json } from '../json.ts'
import type { MediaSend } from './message.ts'

export type InteractiveHeader =
  | { type: 'text'; text: string; sub_text?: string }
  | { type: 'image'; image: MediaSend }
  | { type: 'video'; video: MediaSend }
  | { type: 'document'; document: MediaSend & { filename?: string } }
  | { type: 'gif'; gif: MediaSend }

interface Frame {
  header?: InteractiveHeader
  body?: { text: string }
  footer?: { text: string }
}

/** A button that opens an address, as interactive messages and carousel cards have it. */
export interface CtaUrlAction {
  name: 'cta_url'
  parameters: { display_text: string; url: string }
}

export type Interactive =
  | (Frame & {
      type: 'button'
      action: { buttons: { type: 'reply'; reply: { id: string; title: string } }[] }
    })
  | (Frame & { type: 'list'; action: { button: string; sections: ListSection[] } })
  | (Frame & { type: 'cta_url'; action: CtaUrlAction })
  | (Frame & { type: 'flow'; action: { name: 'flow'; parameters: Record<string, Json> } })
  | (Frame & { type: 'product'; action: { catalog_id: string; product_retailer_id: string } })
  | (Frame & { type: 'product_list'; action: { catalog_id: string; sections: ProductSection[] } })
  | (Frame & {
      type: 'catalog_message'
      action: { name: 'catalog_message'; parameters?: Record<string, Json> }
    })
  | (Frame & { type: 'location_request_message'; action: { name: 'send_location' } })
  | (Frame & {
      type: 'address_message'
      action: { name: 'address_message'; parameters: Record<string, Json> }
    })
  | (Frame & { type: 'voice_call'; action: { name: 'voice_call'; parameters?: Record<string, Json> } })
  | (Frame & { type: 'call_permission_request'; action: { name: 'call_permission_request' } })
  | (Frame & { type: 'request_contact_info'; action: { name: 'request_contact_info' } })
  | (Frame & { type: 'carousel'; action: { cards: CarouselCard[] } })
  | (Frame & { type: 'order_details'; action: { name: 'review_and_pay'; parameters: Record<string, Json> } })
  | (Frame & { type: 'order_status'; action: { name: 'review_order'; parameters: Record<string, Json> } })

export type InteractiveType = Interactive['type']

export interface ListSection {
  title?: string
  rows: { id: string; title: string; description?: string }[]
}

export interface ProductSection {
  title?: string
  product_items: { product_retailer_id: string }[]
}

export interface CarouselCard {
  card_index: number
  type: 'cta_url'
  header: InteractiveHeader
  body?: { text: string }
  action: CtaUrlAction | { buttons: { type: 'quick_reply'; quick_reply: { id: string; title: string } }[] }
}
