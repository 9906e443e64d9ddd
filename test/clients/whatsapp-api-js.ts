import { WhatsAppAPI } from 'whatsapp-api-js'
import {
  ActionButtons,
  ActionCallPermission,
  ActionCatalog,
  ActionContactRequest,
  ActionCTA,
  ActionFlow,
  ActionList,
  ActionLocation,
  ActionProduct,
  ActionProductList,
  Audio,
  Body,
  BodyComponent,
  BodyParameter,
  Button,
  CatalogProduct,
  Contacts,
  Document,
  Footer,
  Header,
  Image,
  Interactive,
  ListSection,
  Location,
  Name,
  PayloadComponent,
  Phone,
  Product,
  ProductSection,
  Reaction,
  Row,
  Sticker,
  Template,
  Text,
  Video,
} from 'whatsapp-api-js/messages'
import type { ClientMessage } from 'whatsapp-api-js/types'
import { fetchAt, type Program, type ReadWebhook, type Target } from './program.ts'

const clientFor = ({ origin, token, appSecret }: Target) =>
  new WhatsAppAPI({ token, appSecret, v: 'v24.0', ponyfill: { fetch: fetchAt(origin) } })

async function send(target: Target, message: ClientMessage, quoted?: string): Promise<string> {
  const answer = await clientFor(target).sendMessage(target.phoneNumberId, target.customer, message, quoted)
  if ('error' in answer) throw new Error(JSON.stringify(answer.error))
  return answer.messages[0].id
}

const body = new Body('¿Qué prefieres?')

async function read(target: Target, bytes: Uint8Array, signature: string): Promise<ReadWebhook> {
  const client = clientFor(target)
  const seen: ReadWebhook[] = []
  client.on.message = ({ message }) => {
    seen.push({ wamid: message.id, ...(message.type === 'text' ? { text: message.text.body } : {}) })
  }
  client.on.status = ({ id, status }) => {
    seen.push({ wamid: id, status })
  }
  const raw = new TextDecoder().decode(bytes)
  await client.post(JSON.parse(raw), raw, signature)
  const [first] = seen
  if (!first) throw new Error('nothing was read')
  return first
}

export const whatsappApiJs: Program = {
  name: 'whatsapp-api-js',
  version: '6.3.0',
  send: {
    text: (target) => send(target, new Text('hola')),
    reply: (target) => send(target, new Text('a eso voy'), target.wamid),
    image: (target) => send(target, new Image(target.media.image, true, 'una foto')),
    imageLink: (target) => send(target, new Image('https://example.com/a.png')),
    video: (target) => send(target, new Video(target.media.video, true)),
    audio: (target) => send(target, new Audio(target.media.audio, true)),
    voice: (target) => send(target, new Audio(target.media.voice, true, true)),
    document: (target) => send(target, new Document(target.media.document, true, 'la lista', 'lista.pdf')),
    sticker: (target) => send(target, new Sticker(target.media.sticker, true)),
    location: (target) => send(target, new Location(-74.08, 4.6, 'Plaza', 'Bogotá')),
    contacts: (target) =>
      send(target, new Contacts([new Name('Ana Ruiz', 'Ana'), new Phone('+573001112233', 'CELL')])),
    reaction: (target) => send(target, new Reaction(target.wamid, '👍')),
    buttons: (target) =>
      send(
        target,
        new Interactive(
          new ActionButtons(new Button('si', 'Sí'), new Button('no', 'No')),
          body,
          new Header('Hola'),
          new Footer('fin'),
        ),
      ),
    list: (target) =>
      send(
        target,
        new Interactive(
          new ActionList('Ver', new ListSection('Panes', new Row('1', 'Pan', 'de centeno'))),
          body,
        ),
      ),
    ctaUrl: (target) => send(target, new Interactive(new ActionCTA('Abrir', 'https://example.com/'), body)),
    flow: (target) =>
      send(
        target,
        new Interactive(
          new ActionFlow({
            flow_id: '1',
            flow_cta: 'Reservar',
            flow_token: 'ficha',
            flow_action: 'navigate',
            flow_action_payload: { screen: 'INICIO' },
          }),
          body,
        ),
      ),
    product: (target) =>
      send(target, new Interactive(new ActionProduct(new CatalogProduct('pan-1', '900')), body)),
    productList: (target) =>
      send(
        target,
        new Interactive(
          new ActionProductList('900', new ProductSection('Panes', new Product('pan-1'))),
          body,
          new Header('Catálogo'),
        ),
      ),
    catalog: (target) => send(target, new Interactive(new ActionCatalog(new Product('pan-1')), body)),
    locationRequest: (target) => send(target, new Interactive(new ActionLocation(), body)),
    callPermission: (target) => send(target, new Interactive(new ActionCallPermission(), body)),
    contactInfo: (target) => send(target, new Interactive(new ActionContactRequest(), body)),
    template: (target) =>
      send(
        target,
        new Template(
          'pedido_listo',
          'es',
          new BodyComponent(new BodyParameter('Ana'), new BodyParameter('A-17')),
        ),
      ),
    templateButtons: (target) =>
      send(
        target,
        new Template(
          'confirmar_cita',
          'es',
          new BodyComponent(new BodyParameter('Ana'), new BodyParameter('lunes')),
          new PayloadComponent('si'),
          new PayloadComponent('no'),
          new PayloadComponent('otra'),
        ),
      ),
  },
  async markRead(target) {
    const answer = await clientFor(target).markAsRead(target.phoneNumberId, target.wamid)
    if (!('success' in answer)) throw new Error(JSON.stringify(answer))
  },
  async typing(target) {
    const answer = await clientFor(target).markAsRead(target.phoneNumberId, target.wamid, 'text')
    if (!('success' in answer)) throw new Error(JSON.stringify(answer))
  },
  async upload(target, file, mimeType) {
    const form = new FormData()
    form.set('file', new File([file], 'archivo', { type: mimeType }))
    const answer = await clientFor(target).uploadMedia(target.phoneNumberId, form)
    if ('error' in answer) throw new Error(JSON.stringify(answer.error))
    return answer.id
  },
  async download(target, mediaId) {
    const client = clientFor(target)
    const answer = await client.retrieveMedia(mediaId, target.phoneNumberId)
    if ('error' in answer) throw new Error(JSON.stringify(answer.error))
    return new Uint8Array(await (await client.fetchMedia(answer.url)).arrayBuffer())
  },
  verify: (target, bytes, signature) =>
    clientFor(target).verifyRequestSignature(new TextDecoder().decode(bytes), signature),
  parse: read,
}
