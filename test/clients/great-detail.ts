import Client from '@great-detail/whatsapp'
import { fetchAt, type Program, type Target } from './program.ts'

const clientFor = ({ origin, token }: Target) =>
  new Client({ request: { headers: { Authorization: `Bearer ${token}` }, fetch: fetchAt(origin), retry: 0 } })

type Body = Parameters<Client['message']['createMessage']>[0]

async function send(target: Target, content: Record<string, unknown>): Promise<string> {
  const { phoneNumberId: phoneNumberID, customer: to } = target
  // Its types narrow by `type`, which a table of rows cannot show.
  const body = { phoneNumberID, to, ...content } as object as Body
  const answer = await clientFor(target).message.createMessage(body).json()
  return answer.messages[0]?.id ?? ''
}

const interactive = (target: Target, content: object): Promise<string> =>
  send(target, { type: 'interactive', interactive: { body: { text: '¿Qué prefieres?' }, ...content } })

const text = (value: string) => ({ type: 'text', text: value })

const incoming = (bytes: Uint8Array, signature: string) => ({
  method: 'POST',
  query: {},
  body: new TextDecoder().decode(bytes),
  headers: { 'x-hub-signature-256': signature, 'x-hub-signature': '' },
})

export const greatDetail: Program = {
  name: '@great-detail/whatsapp',
  version: '9.2.0',
  send: {
    text: (target) => send(target, { type: 'text', text: { body: 'hola' } }),
    reply: (target) =>
      send(target, { type: 'text', text: { body: 'a eso voy' }, context: { message_id: target.wamid } }),
    image: (target) =>
      send(target, { type: 'image', image: { id: target.media.image, caption: 'una foto' } }),
    imageLink: (target) => send(target, { type: 'image', image: { link: 'https://example.com/a.png' } }),
    video: (target) => send(target, { type: 'video', video: { id: target.media.video } }),
    audio: (target) => send(target, { type: 'audio', audio: { id: target.media.audio } }),
    voice: (target) => send(target, { type: 'audio', audio: { id: target.media.voice, voice: true } }),
    document: (target) =>
      send(target, { type: 'document', document: { id: target.media.document, filename: 'lista.pdf' } }),
    sticker: (target) => send(target, { type: 'sticker', sticker: { id: target.media.sticker } }),
    location: (target) =>
      send(target, { type: 'location', location: { latitude: 4.6, longitude: -74.08, name: 'Plaza' } }),
    contacts: (target) =>
      send(target, {
        type: 'contacts',
        contacts: [
          {
            name: { formatted_name: 'Ana Ruiz', first_name: 'Ana' },
            phones: [{ phone: '+573001112233', type: 'CELL' }],
          },
        ],
      }),
    reaction: (target) =>
      send(target, { type: 'reaction', reaction: { message_id: target.wamid, emoji: '👍' } }),
    buttons: (target) =>
      interactive(target, {
        type: 'button',
        action: { buttons: [{ type: 'reply', reply: { id: 'si', title: 'Sí' } }] },
      }),
    list: (target) =>
      interactive(target, {
        type: 'list',
        action: { button: 'Ver', sections: [{ title: 'Panes', rows: [{ id: '1', title: 'Pan' }] }] },
      }),
    ctaUrl: (target) =>
      interactive(target, {
        type: 'cta_url',
        action: { name: 'cta_url', parameters: { display_text: 'Abrir', url: 'https://example.com/' } },
      }),
    flow: (target) =>
      interactive(target, {
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
      }),
    product: (target) =>
      interactive(target, { type: 'product', action: { catalog_id: '900', product_retailer_id: 'pan-1' } }),
    productList: (target) =>
      interactive(target, {
        type: 'product_list',
        header: text('Catálogo'),
        action: {
          catalog_id: '900',
          sections: [{ title: 'Panes', product_items: [{ product_retailer_id: 'pan-1' }] }],
        },
      }),
    catalog: (target) =>
      interactive(target, {
        type: 'catalog_message',
        action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 'pan-1' } },
      }),
    callPermission: (target) =>
      interactive(target, { type: 'call_permission_request', action: { name: 'call_permission_request' } }),
    template: (target) =>
      send(target, {
        type: 'template',
        template: {
          name: 'pedido_listo',
          language: { code: 'es' },
          components: [{ type: 'body', parameters: [text('Ana'), text('A-17')] }],
        },
      }),
    templateButtons: (target) =>
      send(target, {
        type: 'template',
        template: {
          name: 'confirmar_cita',
          language: { code: 'es' },
          components: [
            { type: 'body', parameters: [text('Ana'), text('lunes')] },
            {
              type: 'button',
              sub_type: 'quick_reply',
              index: '0',
              parameters: [{ type: 'payload', payload: 'si' }],
            },
          ],
        },
      }),
  },
  async markRead(target) {
    const { phoneNumberId: phoneNumberID, wamid: message_id } = target
    const answer = await clientFor(target)
      .message.createStatus({ phoneNumberID, message_id, status: 'read' })
      .json()
    if (!answer.success) throw new Error(JSON.stringify(answer))
  },
  async typing(target) {
    const { phoneNumberId: phoneNumberID, wamid: message_id } = target
    const status = {
      phoneNumberID,
      message_id,
      status: 'read' as const,
      typing_indicator: { type: 'text' as const },
    }
    const answer = await clientFor(target).message.createStatus(status).json()
    if (!answer.success) throw new Error(JSON.stringify(answer))
  },
  async upload(target, file, mimeType) {
    const { phoneNumberId: phoneNumberID } = target
    const given = { phoneNumberID, mimeType, file: new Blob([file], { type: mimeType }), filename: 'archivo' }
    return (await clientFor(target).media.upload(given).json()).id
  },
  async download(target, mediaId) {
    const { media } = clientFor(target)
    const { url } = await media.getURL({ mediaID: mediaId, phoneNumberID: target.phoneNumberId }).json()
    // It leaves the token off, and Meta's addresses want one.
    const request = { headers: { Authorization: `Bearer ${target.token}` } }
    return new Uint8Array(await media.download({ mediaURL: url, request }).arrayBuffer())
  },
  async templates(target) {
    const { data } = await clientFor(target).template.list(target.wabaId, { limit: 100 }).json()
    return data.map(({ name }) => name ?? '')
  },
  async verify(target, bytes, signature) {
    const event = await clientFor(target).webhook.eventNotification(incoming(bytes, signature))
    return event.checkSignature(target.appSecret)
  },
  async parse(target, bytes, signature) {
    const event = await clientFor(target).webhook.eventNotification(incoming(bytes, signature))
    await event.verifySignature(target.appSecret)
    const [change] = event.eventNotification.entry[0]?.changes ?? []
    if (change?.field !== 'messages') throw new Error('not a change of messages')
    const [message] = change.value.messages ?? []
    if (message)
      return { wamid: message.id, ...('text' in message && message.text ? { text: message.text.body } : {}) }
    const [status] = change.value.statuses ?? []
    return { wamid: status?.id ?? '', status: status?.status ?? '' }
  },
}
