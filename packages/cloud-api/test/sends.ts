/** One valid message of each kind, as callers write them. */
const button = (id: string, title: string) => ({ type: 'reply', reply: { id, title } })
const card = (card_index: number) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image: { link: 'https://example.com/i.jpg' } },
  body: { text: 'Uno' },
  action: { name: 'cta_url', parameters: { display_text: 'Ver', url: 'https://example.com' } },
})
const interactive = <T extends object>(value: T) => ({
  type: 'interactive',
  interactive: { body: { text: 'Elige' }, ...value },
})

export const sends = {
  text: { type: 'text', text: { body: 'hola' } },
  image: { type: 'image', image: { id: '1234', caption: 'la foto' } },
  imageByLink: { type: 'image', image: { link: 'https://example.com/i.jpg?x=1' } },
  video: { type: 'video', video: { id: '1234' } },
  audio: { type: 'audio', audio: { id: '1234', voice: true } },
  document: { type: 'document', document: { id: '1234', filename: 'a.pdf', caption: 'x' } },
  sticker: { type: 'sticker', sticker: { id: '1234' } },
  location: {
    type: 'location',
    location: { latitude: -34.6, longitude: -58.38, name: 'Obelisco', address: '' },
  },
  contacts: {
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: 'Ana B', first_name: 'Ana', middle_name: '' },
        phones: [{ phone: '+57300', type: 'WORK', wa_id: '57300' }],
        emails: [{ email: 'a@b.co' }],
        urls: [{ url: 'https://b.co' }],
        addresses: [{ city: 'Bogotá', country_code: 'co' }],
        org: { company: 'B' },
        birthday: '1990-01-31',
      },
    ],
  },
  reaction: { type: 'reaction', reaction: { message_id: 'wamid.A=', emoji: '👍' } },
  buttons: interactive({
    type: 'button',
    header: { type: 'text', text: 'Hola' },
    footer: { text: 'pie' },
    action: { buttons: [button('yes', 'Sí'), button('no', 'No')] },
  }),
  list: interactive({
    type: 'list',
    action: {
      button: 'Abrir',
      sections: [
        { title: 'A', rows: [{ id: 'r1', title: 'Uno', description: 'x' }] },
        { title: 'B', rows: [{ id: 'r2', title: 'Dos' }] },
      ],
    },
  }),
  ctaUrl: interactive({
    type: 'cta_url',
    action: { name: 'cta_url', parameters: { display_text: 'Ir', url: 'https://example.com' } },
  }),
  flow: interactive({
    type: 'flow',
    action: {
      name: 'flow',
      parameters: {
        flow_message_version: '3',
        flow_id: '123',
        flow_cta: 'Reservar',
        flow_token: 't',
        mode: 'published',
      },
    },
  }),
  product: interactive({ type: 'product', action: { catalog_id: '1', product_retailer_id: 'sku1' } }),
  productList: interactive({
    type: 'product_list',
    header: { type: 'text', text: 'Todo' },
    action: { catalog_id: '1', sections: [{ title: 'A', product_items: [{ product_retailer_id: 'sku1' }] }] },
  }),
  catalog: interactive({ type: 'catalog_message', action: { name: 'catalog_message' } }),
  locationRequest: interactive({ type: 'location_request_message', action: { name: 'send_location' } }),
  address: interactive({
    type: 'address_message',
    action: { name: 'address_message', parameters: { country: 'IN' } },
  }),
  call: interactive({
    type: 'voice_call',
    action: { name: 'voice_call', parameters: { display_text: 'Llamar', ttl_minutes: 60 } },
  }),
  callPermission: interactive({
    type: 'call_permission_request',
    action: { name: 'call_permission_request' },
  }),
  contactInfo: interactive({ type: 'request_contact_info', action: { name: 'request_contact_info' } }),
  carousel: interactive({ type: 'carousel', action: { cards: [card(0), card(1)] } }),
  orderDetails: interactive({
    type: 'order_details',
    action: { name: 'review_and_pay', parameters: { reference_id: 'r1' } },
  }),
  orderStatus: interactive({
    type: 'order_status',
    action: { name: 'review_order', parameters: { reference_id: 'r1' } },
  }),
  template: {
    type: 'template',
    template: {
      name: 'order_update',
      language: { policy: 'deterministic', code: 'en_US' },
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: '1234' } }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Ana' },
            { type: 'currency', currency: { fallback_value: '$10', code: 'USD', amount_1000: 10_000 } },
            { type: 'date_time', date_time: { fallback_value: 'hoy' } },
          ],
        },
        {
          type: 'button',
          sub_type: 'quick_reply',
          index: '0',
          parameters: [{ type: 'payload', payload: 'STOP' }],
        },
        { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: 'a1' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: 2,
          parameters: [{ type: 'coupon_code', coupon_code: 'X10' }],
        },
        {
          type: 'button',
          sub_type: 'flow',
          index: 3,
          parameters: [{ type: 'action', action: { flow_token: 't' } }],
        },
      ],
    },
  },
  offerTemplate: {
    type: 'template',
    template: {
      name: 'offer',
      language: { code: 'es' },
      components: [
        {
          type: 'limited_time_offer',
          parameters: [
            { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1_795_000_000_000 } },
          ],
        },
        {
          type: 'carousel',
          cards: [
            {
              card_index: 0,
              components: [
                {
                  type: 'header',
                  parameters: [{ type: 'video', video: { link: 'https://example.com/v.mp4' } }],
                },
              ],
            },
          ],
        },
      ],
    },
  },
} as const

export function valid(name: keyof typeof sends): Record<string, unknown> & { to: string; type: string } {
  return { messaging_product: 'whatsapp', to: '573001234567', ...sends[name] }
}
