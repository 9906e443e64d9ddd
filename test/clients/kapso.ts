import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server'
import { fetchAt, type Program, type Target } from './program.ts'

const clientFor = ({ origin, token }: Target) =>
  new WhatsAppClient({ accessToken: token, fetch: fetchAt(origin) })

type Messages = WhatsAppClient['messages']
type Answer = Awaited<ReturnType<Messages['sendText']>>
interface Place {
  phoneNumberId: string
  to: string
}

/** Sends with one of the client's own functions, from the target's number to its customer. */
async function send(
  target: Target,
  by: (messages: Messages, place: Place) => Promise<Answer>,
): Promise<string> {
  const { phoneNumberId, customer: to } = target
  const answer = await by(clientFor(target).messages, { phoneNumberId, to })
  return answer.messages[0]?.id ?? ''
}

const bodyText = '¿Qué prefieres?'
const text = (value: string) => ({ type: 'text', text: value })

/** It takes Flow JSON in camel case alone, and writes Meta's own keys. */
const authored = (json: string): Record<string, unknown> =>
  JSON.parse(json.replaceAll('on-click-action', 'onClickAction'))

export const kapso: Program = {
  name: '@kapso/whatsapp-cloud-api',
  version: '0.3.0',
  send: {
    text: (target) => send(target, (by, place) => by.sendText({ ...place, body: 'hola' })),
    reply: (target) =>
      send(target, (by, place) =>
        by.sendText({ ...place, body: 'a eso voy', contextMessageId: target.wamid }),
      ),
    image: (target) =>
      send(target, (by, place) => by.sendImage({ ...place, image: { id: target.media.image } })),
    imageLink: (target) =>
      send(target, (by, place) => by.sendImage({ ...place, image: { link: 'https://example.com/a.png' } })),
    video: (target) =>
      send(target, (by, place) => by.sendVideo({ ...place, video: { id: target.media.video } })),
    audio: (target) =>
      send(target, (by, place) => by.sendAudio({ ...place, audio: { id: target.media.audio } })),
    voice: (target) =>
      send(target, (by, place) => by.sendAudio({ ...place, audio: { id: target.media.voice, voice: true } })),
    document: (target) =>
      send(target, (by, place) =>
        by.sendDocument({ ...place, document: { id: target.media.document, filename: 'lista.pdf' } }),
      ),
    sticker: (target) =>
      send(target, (by, place) => by.sendSticker({ ...place, sticker: { id: target.media.sticker } })),
    location: (target) =>
      send(target, (by, place) =>
        by.sendLocation({ ...place, location: { latitude: 4.6, longitude: -74.08, name: 'Plaza' } }),
      ),
    contacts: (target) =>
      send(target, (by, place) =>
        by.sendContacts({
          ...place,
          contacts: [
            {
              name: { formattedName: 'Ana Ruiz', firstName: 'Ana' },
              phones: [{ phone: '+573001112233', type: 'CELL' }],
            },
          ],
        }),
      ),
    reaction: (target) =>
      send(target, (by, place) =>
        by.sendReaction({ ...place, reaction: { messageId: target.wamid, emoji: '👍' } }),
      ),
    buttons: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveButtons({ ...place, bodyText, buttons: [{ id: 'si', title: 'Sí' }] }),
      ),
    list: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveList({
          ...place,
          bodyText,
          buttonText: 'Ver',
          sections: [{ title: 'Panes', rows: [{ id: '1', title: 'Pan' }] }],
        }),
      ),
    ctaUrl: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveCtaUrl({
          ...place,
          bodyText,
          parameters: { displayText: 'Abrir', url: 'https://example.com/' },
        }),
      ),
    flow: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveFlow({
          ...place,
          bodyText,
          parameters: {
            flowId: '1',
            flowCta: 'Reservar',
            flowToken: 'ficha',
            flowAction: 'navigate',
            flowActionPayload: { screen: 'INICIO' },
          },
        }),
      ),
    product: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveProduct({ ...place, bodyText, catalogId: '900', productRetailerId: 'pan-1' }),
      ),
    productList: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveProductList({
          ...place,
          bodyText,
          header: { type: 'text', text: 'Catálogo' },
          catalogId: '900',
          sections: [{ title: 'Panes', productItems: [{ productRetailerId: 'pan-1' }] }],
        }),
      ),
    catalog: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveCatalogMessage({
          ...place,
          bodyText,
          parameters: { thumbnailProductRetailerId: 'pan-1' },
        }),
      ),
    locationRequest: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveLocationRequest({ ...place, bodyText, parameters: { requestMessage: bodyText } }),
      ),
    callPermission: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveCallPermission({
          ...place,
          bodyText,
          parameters: { phoneNumber: '+573001112233', callPurpose: 'para acordar la entrega' },
        }),
      ),
    address: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveAddress({ ...place, bodyText, parameters: { country: 'IN' } }),
      ),
    carousel: (target) =>
      send(target, (by, place) =>
        by.sendInteractiveCarousel({
          ...place,
          bodyText,
          cards: [0, 1].map((cardIndex) => ({
            cardIndex,
            header: { type: 'image' as const, image: { link: `https://example.com/${cardIndex}.png` } },
            bodyText: 'Pan',
            action: { type: 'cta_url' as const, displayText: 'Ver', url: 'https://example.com/' },
          })),
        }),
      ),
    template: (target) =>
      send(target, (by, place) =>
        by.sendTemplate({
          ...place,
          template: {
            name: 'pedido_listo',
            language: { code: 'es' },
            components: [{ type: 'body', parameters: [text('Ana'), text('A-17')] }],
          },
        }),
      ),
    templateButtons: (target) =>
      send(target, (by, place) =>
        by.sendTemplate({
          ...place,
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
      ),
  },
  async markRead(target) {
    const { phoneNumberId, wamid: messageId } = target
    const answer = await clientFor(target).messages.markRead({ phoneNumberId, messageId })
    if (!answer.success) throw new Error(JSON.stringify(answer))
  },
  async typing(target) {
    const { phoneNumberId, wamid: messageId } = target
    const typingIndicator = { type: 'text' as const }
    const answer = await clientFor(target).messages.markRead({ phoneNumberId, messageId, typingIndicator })
    if (!answer.success) throw new Error(JSON.stringify(answer))
  },
  async upload(target, file, mimeType) {
    const { phoneNumberId } = target
    const type = mimeType.startsWith('image/') ? 'image' : 'document'
    const blob = new Blob([file], { type: mimeType })
    return (await clientFor(target).media.upload({ phoneNumberId, type, file: blob, fileName: 'archivo' })).id
  },
  async download(target, mediaId) {
    // By default it sends the token to its maker's own host only, and Meta's addresses want one.
    const bytes = await clientFor(target).media.download({ mediaId, auth: 'always' })
    return new Uint8Array(bytes as ArrayBuffer)
  },
  async flows(target, broken, mended) {
    const { flows } = clientFor(target)
    const name = 'Cita (kapso)'
    const made = await flows.create({ wabaId: target.wabaId, name, flowJson: authored(broken) })
    const { validationErrors = [] } = await flows.updateAsset({ flowId: made.id, json: authored(mended) })
    if (validationErrors.length > 0) throw new Error(JSON.stringify(validationErrors))
    await flows.publish({ flowId: made.id })
    const { status } = await flows.get<{ status: string }>({ flowId: made.id })
    return { problems: (made.validationErrors ?? []).map(({ error }) => error), status }
  },
  async templates(target) {
    const { data } = await clientFor(target).templates.list({ businessAccountId: target.wabaId, limit: 100 })
    return data.map(({ name }) => name)
  },
  verify: async ({ appSecret }, bytes, signatureHeader) =>
    verifySignature({ appSecret, rawBody: Buffer.from(bytes), signatureHeader }),
  async parse(_, bytes) {
    const { messages, statuses } = normalizeWebhook(JSON.parse(new TextDecoder().decode(bytes)))
    const [message] = messages
    if (message) return { wamid: message.id, ...(message.text ? { text: message.text.body } : {}) }
    return { wamid: statuses[0]?.id ?? '', status: statuses[0]?.status ?? '' }
  },
}
