import { actionsOf } from './actions.ts'
import { callWords } from './call-words.ts'
import { carousel } from './carousel.ts'
import { button, element, type Json, objectOf, page, type Shown, textOf } from './page.ts'
import { peopleWords } from './people-words.ts'
import type { Word } from './words.ts'

/** What a customer can do with a message of the business. */
export interface Gestures {
  reply(message: Shown): void
  react(message: Shown): void
  /** Of the customer's own. */
  edit(message: Shown): void
  revoke(message: Shown): void
  /** A tap on a button; what the business gets. */
  press(message: Shown, type: 'button' | 'interactive' | 'location' | 'contacts', content: unknown): void
  /** Calls the business; `payload` of the button. */
  call(payload: string): void
  /** The customer's own number, as it was asked for. */
  shareContact(message: Shown): void
  /** A voice note of the business. */
  play(message: Shown): void
  openSheet(title: string, content: Node[]): void
  closeSheet(): void
}

export function bubble(message: Shown, quoted: Shown | undefined, gestures: Gestures): HTMLElement {
  const isMine = message.from === 'customer'
  const made = element(
    'article',
    { class: isMine ? 'bubble mine' : 'bubble', 'data-from': message.from, 'data-wamid': message.wamid },
    quoted && element('blockquote', {}, quoted.text || kindOf(quoted)),
    ...contentOf(message),
    element(
      'footer',
      {},
      message.isEdited === true && `${page.words.edited} · `,
      timeOf(message.at),
      isMine && ticks(message),
    ),
    message.reaction !== undefined && element('span', { class: 'reaction' }, message.reaction),
  )
  if (isMine) return message.isRevoked ? made : withOwnTools(made, message, gestures)
  const tools = element(
    'div',
    { class: 'tools' },
    button('↩', () => gestures.reply(message), { 'aria-label': page.words.reply, title: page.words.reply }),
    isVoice(message) &&
      button(message.isPlayed ? '🔊' : '▶', () => gestures.play(message), {
        'aria-label': message.isPlayed ? peopleWords().played : peopleWords().play,
        title: message.isPlayed ? peopleWords().played : peopleWords().play,
      }),
    button('👍', () => gestures.react(message), { 'aria-label': page.words.react, title: page.words.react }),
  )
  return element(
    'div',
    { class: 'from-business' },
    element('div', { class: 'line' }, made, tools),
    ...actionsOf(message, gestures),
  )
}

function withOwnTools(made: HTMLElement, message: Shown, gestures: Gestures): HTMLElement {
  const { edit, remove } = page.words
  const tools = element(
    'div',
    { class: 'tools' },
    message.type === 'text' && button('✎', () => gestures.edit(message), { 'aria-label': edit, title: edit }),
    button('🗑', () => gestures.revoke(message), { 'aria-label': remove, title: remove }),
  )
  return element('div', { class: 'line own' }, tools, made)
}

function ticks({ state }: Shown): HTMLElement {
  const isRead = state === 'read'
  const label = isRead ? page.words.read : page.words.sent
  return element(
    'span',
    { class: isRead ? 'ticks read' : 'ticks', role: 'img', 'aria-label': label },
    isRead ? ' ✓✓' : ' ✓',
  )
}

const timeOf = (at: number): string =>
  new Date(at).toLocaleTimeString(page.language, { hour: '2-digit', minute: '2-digit' })

function contentOf(message: Shown): Node[] {
  const { type, template, text } = message
  if (message.isRevoked) return [element('em', {}, page.words.removed)]
  if (template) {
    const { header, body, footer } = template
    return [
      ...headerOf(header),
      paragraph(body),
      ...(footer ? [element('small', { class: 'foot' }, footer)] : []),
    ]
  }
  const own = objectOf(message.content)
  switch (type) {
    case 'text':
      return [paragraph(text)]
    case 'interactive':
      return interactiveOf(own)
    case 'image':
    case 'sticker':
      return [picture(own), ...caption(own)]
    case 'video':
      return [
        ...(isFetched(own) ? [player('video', own)] : [card(kindOf(message), textOf(own.link))]),
        ...caption(own),
      ]
    case 'document':
      return [card(kindOf(message), textOf(own.filename) || textOf(own.link)), ...caption(own)]
    case 'audio':
      return isFetched(own) ? [player('audio', own)] : [voice(kindOf(message))]
    case 'location':
      return [
        card(kindOf(message), textOf(own.name) || `${own.latitude}, ${own.longitude}`, textOf(own.address)),
      ]
    case 'contacts':
      return [card(kindOf(message), text)]
    case 'reaction':
      return [paragraph(textOf(own.emoji))]
    case 'button':
      return [paragraph(textOf(own.text))]
    default:
      return [element('em', {}, kindOf(message))]
  }
}

/** Of a template: words, a file, or the name of what stands there. */
function headerOf(header: NonNullable<Shown['template']>['header']): Node[] {
  if (!header) return []
  if (header.kind === 'text') return [element('strong', { class: 'head' }, header.text)]
  const parameter = objectOf(header.parameter)
  const file = objectOf(parameter[textOf(parameter.type)])
  if (header.format === 'IMAGE' && textOf(file.id) !== '') return [picture(file)]
  if (header.format === 'VIDEO' && textOf(file.id) !== '') return [player('video', file)]
  return [element('strong', { class: 'head' }, header.format)]
}

function interactiveOf(own: Json): Node[] {
  const reply = objectOf(own.button_reply ?? own.list_reply)
  if (textOf(reply.title) !== '') {
    const description = textOf(reply.description)
    return [
      paragraph(textOf(reply.title)),
      ...(description ? [element('small', { class: 'foot' }, description)] : []),
    ]
  }
  if (own.nfm_reply !== undefined)
    return [card(page.words.kindFlow, textOf(objectOf(own.nfm_reply).response_json))]
  if (own.call_permission_reply !== undefined) {
    const { response, is_permanent } = objectOf(own.call_permission_reply)
    if (response !== 'accept') return [paragraph(page.words.refuseCalls)]
    return [paragraph(is_permanent === true ? callWords().allowAlways : page.words.allowCalls)]
  }
  const headerFile = objectOf(objectOf(own.header).image)
  const header = textOf(objectOf(own.header).text)
  const footer = textOf(objectOf(own.footer).text)
  return [
    ...(Object.keys(headerFile).length > 0 ? [picture(headerFile)] : []),
    ...(header ? [element('strong', { class: 'head' }, header)] : []),
    paragraph(textOf(objectOf(own.body).text)),
    ...(own.type === 'carousel' ? [carousel(objectOf(own.action), picture)] : []),
    ...(footer ? [element('small', { class: 'foot' }, footer)] : []),
  ]
}

const paragraph = (text: string): HTMLElement => element('p', {}, text)
const caption = (own: Json): Node[] => (textOf(own.caption) ? [paragraph(textOf(own.caption))] : [])

function card(kind: string, title: string, more = ''): HTMLElement {
  return element(
    'div',
    { class: 'file' },
    element('small', {}, kind),
    element('span', {}, title),
    more !== '' && element('small', {}, more),
  )
}

/** Files that passed through the simulator are shown; a link is only named, this page loads nothing from elsewhere. */
function picture(own: Json): HTMLElement {
  const id = textOf(own.id)
  if (id === '') return card(page.words.kindImage, textOf(own.link))
  const image = element('img', {
    src: `/control/media?id=${encodeURIComponent(id)}`,
    alt: page.words.kindImage,
    width: '240',
    height: '165',
  })
  image.addEventListener('error', () => image.replaceWith(card(page.words.kindImage, id)))
  return image
}

/** A link whose bytes the simulator has. */
const isFetched = (own: Json): boolean => textOf(own.link) !== '' && textOf(own.id) !== ''

const player = (kind: 'audio' | 'video', own: Json): HTMLElement =>
  element(kind, {
    controls: '',
    preload: 'metadata',
    src: `/control/media?id=${encodeURIComponent(textOf(own.id))}`,
  })

const isVoice = ({ type, content }: Shown): boolean => type === 'audio' && objectOf(content).voice === true

function voice(kind: string): HTMLElement {
  const bars = Array.from({ length: 28 }, (_, i) =>
    element('i', { style: `height:${6 + Math.round(12 * Math.abs(Math.sin(i * 1.7)))}px` }),
  )
  return element('div', { class: 'voice', role: 'img', 'aria-label': kind }, element('b', {}, '▶'), ...bars)
}

const kindWords: Readonly<Record<string, Word>> = {
  image: 'kindImage',
  video: 'kindVideo',
  audio: 'kindAudio',
  document: 'kindDocument',
  sticker: 'kindSticker',
  location: 'kindLocation',
  contacts: 'kindContacts',
}

export function kindOf({ type, content }: Shown): string {
  if (type === 'audio' && objectOf(content).voice === true) return page.words.kindVoice
  const word = kindWords[type]
  return word ? page.words[word] : `${page.words.kindOther} ${type}`
}
