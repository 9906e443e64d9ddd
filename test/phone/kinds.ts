export interface Kind {
  /** Of its picture. */
  name: string
  body: Record<string, unknown>
  /** What can be read on the phone. */
  shows: readonly string[]
}

const interactive = (name: string, content: Record<string, unknown>, ...shows: string[]): Kind => ({
  name,
  body: { type: 'interactive', interactive: { body: { text: '¿Qué prefieres?' }, ...content } },
  shows: ['¿Qué prefieres?', ...shows],
})
const text = (value: string) => ({ type: 'text', text: value })
const template = (name: string, components: unknown[], ...shows: string[]): Kind => ({
  name: `template-${name.replaceAll('_', '-')}`,
  body: { type: 'template', template: { name, language: { code: 'es' }, components } },
  shows,
})

/** Each kind of outbound message; `files` are ids of uploaded files, one of each type. */
export const kinds = (files: Record<'picture' | 'video' | 'audio' | 'sticker', string>): Kind[] => [
  {
    name: 'text',
    body: { type: 'text', text: { body: 'Hola, *abrimos* a las 8' } },
    shows: ['Hola, *abrimos* a las 8'],
  },
  {
    name: 'image',
    body: { type: 'image', image: { id: files.picture, caption: 'Pan de hoy' } },
    shows: ['Pan de hoy'],
  },
  {
    name: 'video',
    body: { type: 'video', video: { id: files.video, caption: 'El horno' } },
    shows: ['Vídeo', 'El horno'],
  },
  { name: 'audio', body: { type: 'audio', audio: { id: files.audio } }, shows: ['▶'] },
  { name: 'voice', body: { type: 'audio', audio: { id: files.audio, voice: true } }, shows: ['▶'] },
  {
    name: 'document',
    body: { type: 'document', document: { id: files.picture, filename: 'lista.pdf' } },
    shows: ['Documento', 'lista.pdf'],
  },
  { name: 'sticker', body: { type: 'sticker', sticker: { id: files.sticker } }, shows: [] },
  {
    name: 'location',
    body: {
      type: 'location',
      location: { latitude: 4.6, longitude: -74.08, name: 'Panadería', address: 'Calle 1' },
    },
    shows: ['Ubicación', 'Panadería', 'Calle 1'],
  },
  {
    name: 'contacts',
    body: { type: 'contacts', contacts: [{ name: { formatted_name: 'Ana Ruiz', first_name: 'Ana' } }] },
    shows: ['Contacto', 'Ana Ruiz'],
  },
  interactive(
    'buttons',
    { type: 'button', action: { buttons: [{ type: 'reply', reply: { id: 'si', title: 'Sí, gracias' } }] } },
    'Sí, gracias',
  ),
  interactive(
    'list',
    {
      type: 'list',
      action: { button: 'Ver panes', sections: [{ title: 'Panes', rows: [{ id: '1', title: 'Centeno' }] }] },
    },
    'Ver panes',
  ),
  interactive(
    'cta-url',
    {
      type: 'cta_url',
      action: { name: 'cta_url', parameters: { display_text: 'Abrir', url: 'https://example.com/' } },
    },
    'Abrir',
  ),
  interactive(
    'flow',
    {
      type: 'flow',
      action: {
        name: 'flow',
        parameters: {
          flow_message_version: '3',
          flow_id: '1',
          flow_cta: 'Reservar',
          flow_token: 'ficha',
          flow_action: 'navigate',
          flow_action_payload: { screen: 'INICIO' },
        },
      },
    },
    'Reservar',
  ),
  interactive(
    'product',
    { type: 'product', action: { catalog_id: '9', product_retailer_id: 'pan-1' } },
    'Ver producto',
  ),
  interactive(
    'product-list',
    {
      type: 'product_list',
      header: text('Catálogo'),
      action: {
        catalog_id: '9',
        sections: [{ title: 'Panes', product_items: [{ product_retailer_id: 'pan-1' }] }],
      },
    },
    'Ver productos',
  ),
  interactive('catalog', { type: 'catalog_message', action: { name: 'catalog_message' } }, 'Ver catálogo'),
  interactive(
    'location-request',
    { type: 'location_request_message', action: { name: 'send_location' } },
    'Una ubicación',
  ),
  interactive(
    'call-permission',
    { type: 'call_permission_request', action: { name: 'call_permission_request' } },
    'Permitir llamadas',
  ),
  interactive(
    'contact-request',
    { type: 'request_contact_info', action: { name: 'request_contact_info' } },
    'Compartir mi número',
  ),
  interactive(
    'carousel',
    {
      type: 'carousel',
      action: {
        cards: [0, 1].map((card_index) => ({
          card_index,
          type: 'cta_url',
          header: { type: 'image', image: { link: 'https://example.com/pan.png' } },
          body: { text: `Pan ${card_index}` },
          action: { name: 'cta_url', parameters: { display_text: 'Pedir', url: 'https://example.com/' } },
        })),
      },
    },
    'Pan 0',
    'Pedir',
  ),
  template('pedido_listo', [{ type: 'body', parameters: [text('Ana'), text('A-17')] }], 'tu pedido A-17'),
  template(
    'confirmar_cita',
    [{ type: 'body', parameters: [text('Ana'), text('lunes')] }],
    'te esperamos el lunes',
    'No puedo',
  ),
  template(
    'seguir_envio',
    [
      { type: 'body', parameters: [text('A-17')] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [text('A-17')] },
    ],
    'Seguir envío',
  ),
]
