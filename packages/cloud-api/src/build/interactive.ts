import type { Json } from '../json.ts'
import type {
  CarouselCard,
  Interactive,
  InteractiveHeader,
  ListSection,
  ProductSection,
} from '../send/interactive.ts'
import { type BuildOptions, envelope, type Recipient } from './envelope.ts'

export interface Around extends BuildOptions {
  header?: InteractiveHeader
  footer?: string
}

const interactive = (
  whom: Recipient,
  body: string | undefined,
  own: Pick<Interactive, 'type' | 'action'>,
  { header, footer, ...options }: Around = {},
) => ({
  ...envelope(whom, options),
  type: 'interactive' as const,
  interactive: {
    ...own,
    ...(header === undefined ? {} : { header }),
    ...(body === undefined ? {} : { body: { text: body } }),
    ...(footer === undefined ? {} : { footer: { text: footer } }),
  } as Interactive,
})

export type Parameters = Record<string, Json>

export const buttons = (
  whom: Recipient,
  body: string,
  replies: readonly { id: string; title: string }[],
  around?: Around,
) =>
  interactive(
    whom,
    body,
    {
      type: 'button',
      action: { buttons: replies.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })) },
    },
    around,
  )

export const list = (
  whom: Recipient,
  body: string,
  choice: { button: string; sections: ListSection[] },
  around?: Around,
) => interactive(whom, body, { type: 'list', action: choice }, around)

export const ctaUrl = (
  whom: Recipient,
  body: string,
  button: { display_text: string; url: string },
  around?: Around,
) => interactive(whom, body, { type: 'cta_url', action: { name: 'cta_url', parameters: button } }, around)

/** `parameters` as Meta names them: `flow_id` or `flow_name`, `flow_cta`, `flow_token`, … */
export const flow = (whom: Recipient, body: string, parameters: Parameters, around?: Around) =>
  interactive(
    whom,
    body,
    { type: 'flow', action: { name: 'flow', parameters: { flow_message_version: '3', ...parameters } } },
    around,
  )

export const product = (
  whom: Recipient,
  item: { catalog_id: string; product_retailer_id: string },
  around: Around & { body?: string } = {},
) => interactive(whom, around.body, { type: 'product', action: item }, around)

export const productList = (
  whom: Recipient,
  body: string,
  offer: { header: string; catalog_id: string; sections: ProductSection[] },
  around: Around = {},
) =>
  interactive(
    whom,
    body,
    { type: 'product_list', action: { catalog_id: offer.catalog_id, sections: offer.sections } },
    { ...around, header: { type: 'text', text: offer.header } },
  )

export const catalog = (whom: Recipient, body: string, thumbnail?: string, around?: Around) =>
  interactive(
    whom,
    body,
    {
      type: 'catalog_message',
      action: {
        name: 'catalog_message',
        ...(thumbnail === undefined ? {} : { parameters: { thumbnail_product_retailer_id: thumbnail } }),
      },
    },
    around,
  )

export const locationRequest = (whom: Recipient, body: string, options?: BuildOptions) =>
  interactive(whom, body, { type: 'location_request_message', action: { name: 'send_location' } }, options)

export const address = (
  whom: Recipient,
  body: string,
  parameters: Parameters & { country: string },
  around?: Around,
) =>
  interactive(
    whom,
    body,
    { type: 'address_message', action: { name: 'address_message', parameters } },
    around,
  )

export const voiceCall = (
  whom: Recipient,
  body: string,
  parameters: { display_text?: string; ttl_minutes?: number; payload?: string } = {},
  options?: BuildOptions,
) => interactive(whom, body, { type: 'voice_call', action: { name: 'voice_call', parameters } }, options)

export const callPermission = (whom: Recipient, body: string, options?: BuildOptions) =>
  interactive(
    whom,
    body,
    { type: 'call_permission_request', action: { name: 'call_permission_request' } },
    options,
  )

/** Asks someone whose number nobody knows for it. */
export const contactInfo = (whom: Recipient, body: string, options?: BuildOptions) =>
  interactive(whom, body, { type: 'request_contact_info', action: { name: 'request_contact_info' } }, options)

/** Cards are numbered here. */
export const carousel = (
  whom: Recipient,
  body: string,
  cards: readonly Omit<CarouselCard, 'card_index' | 'type'>[],
  options?: BuildOptions,
) =>
  interactive(
    whom,
    body,
    {
      type: 'carousel',
      action: { cards: cards.map((card, card_index) => ({ card_index, type: 'cta_url', ...card })) },
    },
    options,
  )

export const orderDetails = (whom: Recipient, body: string, parameters: Parameters, around?: Around) =>
  interactive(whom, body, { type: 'order_details', action: { name: 'review_and_pay', parameters } }, around)

export const orderStatus = (whom: Recipient, body: string, parameters: Parameters, around?: Around) =>
  interactive(whom, body, { type: 'order_status', action: { name: 'review_order', parameters } }, around)
