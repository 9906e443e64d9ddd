/** Somebody else's Cloud API client, unchanged, played against a Cloud API at another host. */

/** What a client is given: one number of an account, a customer who has just written, and uploaded files. */
export interface Target {
  /** Scheme, host and port of the Cloud API, in place of Meta's. */
  origin: string
  phoneNumberId: string
  wabaId: string
  token: string
  appSecret: string
  customer: string
  /** The customer's message that can be answered, read and reacted to. */
  wamid: string
  media: Record<'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker', string>
}

/** One row each of docs/compatibility.md. `kind` is what the Cloud API must have seen: Meta's type, then the interactive kind. */
export const sendRows = {
  text: { says: 'text', kind: 'text' },
  reply: { says: 'text that quotes', kind: 'text' },
  image: { says: 'image by id', kind: 'image' },
  imageLink: { says: 'image by link', kind: 'image' },
  video: { says: 'video', kind: 'video' },
  audio: { says: 'audio', kind: 'audio' },
  voice: { says: 'voice', kind: 'audio' },
  document: { says: 'document', kind: 'document' },
  sticker: { says: 'sticker', kind: 'sticker' },
  location: { says: 'location', kind: 'location' },
  contacts: { says: 'contacts', kind: 'contacts' },
  reaction: { says: 'reaction', kind: 'reaction' },
  buttons: { says: 'interactive: buttons', kind: 'interactive/button' },
  list: { says: 'interactive: list', kind: 'interactive/list' },
  ctaUrl: { says: 'interactive: CTA URL', kind: 'interactive/cta_url' },
  flow: { says: 'interactive: flow', kind: 'interactive/flow' },
  product: { says: 'interactive: product', kind: 'interactive/product' },
  productList: { says: 'interactive: product list', kind: 'interactive/product_list' },
  catalog: { says: 'interactive: catalog', kind: 'interactive/catalog_message' },
  locationRequest: { says: 'interactive: location request', kind: 'interactive/location_request_message' },
  callPermission: { says: 'interactive: call permission', kind: 'interactive/call_permission_request' },
  contactInfo: { says: 'interactive: contact info request', kind: 'interactive/request_contact_info' },
  address: { says: 'interactive: address', kind: 'interactive/address_message' },
  voiceCall: { says: 'interactive: voice call', kind: 'interactive/voice_call' },
  carousel: { says: 'interactive: carousel', kind: 'interactive/carousel' },
  template: { says: 'template with parameters', kind: 'template' },
  templateButtons: { says: 'template with a header and buttons', kind: 'template' },
} as const
export type SendRow = keyof typeof sendRows

export const otherRows = {
  markRead: 'mark as read',
  typing: 'typing indicator',
  upload: 'media: upload',
  download: 'media: download',
  templates: 'templates: list',
  flows: 'Flows: make, mend, publish',
  verify: 'webhook: signature right and wrong',
  parseMessage: 'webhook: a customer’s message',
  parseStatus: 'webhook: a status',
} as const
export type OtherRow = keyof typeof otherRows
export type Row = SendRow | OtherRow

/** What a client makes of a webhook; text and status as far as it shows them. */
export interface ReadWebhook {
  wamid: string
  text?: string
  status?: string
}

/** What a client was told of a Flow on its way. */
export interface PlayedFlow {
  /** What was wrong with the first JSON, in Meta's words for it. */
  problems: string[]
  /** In the end. */
  status: string
}

export interface Program {
  name: string
  version: string
  /** Each resolves with the wamid that the client returns. */
  send: Partial<Record<SendRow, (target: Target) => Promise<string>>>
  /** Resolves when the client says that it worked. */
  markRead?(target: Target): Promise<void>
  typing?(target: Target): Promise<void>
  /** The media id. */
  upload?(target: Target, file: Uint8Array<ArrayBuffer>, mimeType: string): Promise<string>
  download?(target: Target, mediaId: string): Promise<Uint8Array>
  /** Makes a Flow of the first JSON, puts the second in its place and publishes it. */
  flows?(target: Target, broken: string, mended: string): Promise<PlayedFlow>
  /** Names. */
  templates?(target: Target): Promise<string[]>
  verify?(target: Target, body: Uint8Array, signature: string): Promise<boolean>
  parse?(target: Target, body: Uint8Array, signature: string): Promise<ReadWebhook>
}

const metasHost = 'https://graph.facebook.com'

/** The one thing that is not the client's own: requests for Meta's host go to `origin`, bodies as they are. */
export function fetchAt(origin: string): typeof fetch {
  const move = (url: string) => (url.startsWith(`${metasHost}/`) ? origin + url.slice(metasHost.length) : url)
  const moved = (input: RequestInfo | URL, init?: RequestInit) =>
    input instanceof Request
      ? fetch(new Request(move(input.url), input), init)
      : fetch(move(String(input)), init)
  return Object.assign(moved, { preconnect: () => undefined })
}
