/** The customer's phone: one chat, drawn anew when the simulator says that it changed. */
import type { ChatView } from '../control/view.ts'
import { bubble, type Gestures, kindOf } from './bubble.ts'
import { callLine, dial, drawCall } from './calls.ts'
import { button, byId, control, element, page, type Shown } from './page.ts'
import { customerHere, drawHabits, drawPanel, loadFigures, loadWorld, place } from './panel.ts'
import { drawIdentity } from './people.ts'
import { languages, type Word, type Words } from './words.ts'

const thread = byId('thread')
const sheet = byId<HTMLDialogElement>('sheet')
const textInput = byId<HTMLTextAreaElement>('text')
const languageSelect = byId<HTMLSelectElement>('language')
const customerSelect = byId<HTMLSelectElement>('customer')
const numberSelect = byId<HTMLSelectElement>('number')
const figuresEveryMs = 2_000

let shown = ''
let quoted: Shown | undefined
/** A message of the customer's own that the composer changes. */
let editing: Shown | undefined

function speak(language: string): void {
  page.words = (languages[language] ?? languages.es) as Words
  page.language = language in languages ? language : 'es'
  document.documentElement.lang = page.language
  document.title = `${page.words.title} · Palomar`
  languageSelect.value = page.language
  localStorage.setItem('language', page.language)
  for (const node of document.querySelectorAll<HTMLElement>('[data-word]'))
    node.textContent = page.words[node.dataset.word as Word] ?? ''
  textInput.placeholder = page.words.placeholder
  textInput.setAttribute('aria-label', page.words.placeholder)
  byId('send').setAttribute('aria-label', page.words.send)
  byId('attach').setAttribute('aria-label', page.words.attach)
  byId('phone').setAttribute('aria-label', page.words.phoneLabel)
  thread.setAttribute('aria-label', page.words.thread)
  shown = ''
  if (page.world) drawPanel()
}

async function openChat(): Promise<void> {
  const { phone_number_id, wa_id } = place()
  localStorage.setItem('customer', wa_id)
  localStorage.setItem('number', phone_number_id)
  const number = page.world?.numbers.find((known) => known.phone_number_id === phone_number_id)
  byId('business').textContent = number?.verified_name ?? ''
  byId('avatar').textContent = (number?.verified_name ?? '#').slice(0, 1)
  shown = ''
  quote(undefined)
  drawHabits()
  void drawIdentity(showCustomer)
  await look()
  await drawChat()
}

/** Somebody else's chats, or the same person's under another number. */
async function showCustomer(waId: string): Promise<void> {
  await loadWorld()
  customerSelect.value = waId
  await openChat()
}

let lookedAt: ReturnType<typeof place> | undefined

/** Only a page in front reads: the customer has a chat open while he looks at it, and one at a time. */
async function look(): Promise<void> {
  const here = place()
  const isFront = document.visibilityState === 'visible' && customerHere()?.offline !== true
  const isElsewhere =
    lookedAt && (lookedAt.wa_id !== here.wa_id || lookedAt.phone_number_id !== here.phone_number_id)
  if (lookedAt && isElsewhere) await control('look', { ...lookedAt, open: false })
  lookedAt = here
  await control('look', { ...here, open: isFront })
}

async function drawChat(): Promise<void> {
  const chat = await control<ChatView>(`chat?${new URLSearchParams(place())}`)
  const number = page.world?.numbers.find(({ phone_number_id }) => phone_number_id === chat.phone_number_id)
  byId('business-number').textContent = chat.typing ? page.words.typing : (number?.display_phone_number ?? '')
  drawCall(chat)
  const now = JSON.stringify([chat.messages, chat.typing])
  if (now === shown) return
  shown = now
  const isAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80
  const isFirst = thread.childElementCount === 0
  thread.replaceChildren(...rows(chat))
  if (isAtEnd || isFirst) thread.scrollTop = thread.scrollHeight
}

function rows(chat: ChatView): Node[] {
  if (chat.messages.length === 0) return [element('p', { class: 'empty' }, page.words.empty)]
  const byWamid = new Map(chat.messages.map((message) => [message.wamid, message]))
  let day = ''
  const made = chat.messages.flatMap((message) => {
    const own = dayOf(message.at)
    const separator = own === day ? [] : [element('p', { class: 'day' }, own)]
    day = own
    if (message.type === 'call') return [...separator, callLine(message)]
    return [...separator, bubble(message, message.quoted ? byWamid.get(message.quoted) : undefined, gestures)]
  })
  const dots = () =>
    element(
      'div',
      { class: 'bubble dots', 'aria-label': page.words.typing },
      ...['', '', ''].map(() => element('i')),
    )
  return chat.typing ? [...made, dots()] : made
}

function dayOf(at: number): string {
  const date = new Date(at)
  const daysAgo = Math.round(
    (new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000,
  )
  if (daysAgo === 0) return page.words.today
  if (daysAgo === 1) return page.words.yesterday
  return date.toLocaleDateString(page.language, { day: 'numeric', month: 'long' })
}

async function write(body: Record<string, unknown>): Promise<void> {
  const answer = quoted ? { quoted: quoted.wamid } : {}
  quote(undefined)
  await control('write', { ...place(), ...answer, ...body })
  await drawChat()
  thread.scrollTop = thread.scrollHeight
}

function quote(message: Shown | undefined): void {
  quoted = message
  const bar = byId('quote')
  bar.hidden = message === undefined
  if (!message) return
  const close = button('✕', () => quote(undefined), { 'aria-label': page.words.close })
  bar.replaceChildren(element('span', {}, message.text || kindOf(message)), close)
  textInput.focus()
}

const gestures: Gestures = {
  reply: quote,
  react: (message) => {
    const emoji = message.reaction === '👍' ? '' : '👍'
    const content = emoji === '' ? { message_id: message.wamid } : { message_id: message.wamid, emoji }
    void control('write', { ...place(), type: 'reaction', content })
  },
  edit: (message) => {
    editing = message
    textInput.value = message.text
    fitInput()
    textInput.focus()
  },
  revoke: (message) =>
    void control('write', {
      ...place(),
      type: 'revoke',
      content: { original_message_id: message.wamid },
    }).then(drawChat),
  shareContact: (message) =>
    void control('share-contact', { ...place(), quoted: message.wamid }).then(drawChat),
  play: (message) => void control('play', { wamid: message.wamid }),
  press: (message, type, content) => void write({ type, content, quoted: message.wamid }),
  call: (payload) => void dial(payload).then(drawChat),
  openSheet,
  closeSheet: () => sheet.close(),
}

function openSheet(title: string, content: Node[]): void {
  const close = button('✕', () => sheet.close(), { 'aria-label': page.words.close, class: 'close' })
  sheet.replaceChildren(element('header', {}, element('strong', {}, title), close), ...content)
  sheet.showModal()
}

const emojis = [...'😀😂😍🙏👍👋❤🎉😢😡🤔🔥']
/** As Meta tells of an ad that the chat began from. */
const ad = {
  source_url: 'https://fb.me/palomar',
  source_id: '120210000000000001',
  source_type: 'ad',
  headline: 'Pan recién hecho',
  body: 'Escríbenos y te lo llevamos',
  media_type: 'image',
  image_url: 'https://example.com/pan.jpg',
  ctwa_clid: 'ARAkL-palomar',
}

function attach(): void {
  const choice = (word: Word, act: () => Promise<unknown>) =>
    button(page.words[word], async () => {
      sheet.close()
      await act()
      await drawChat()
    })
  const location = { latitude: 4.711, longitude: -74.0721, name: 'Plaza de Bolívar', address: 'Bogotá' }
  const contacts = [
    {
      name: { formatted_name: 'Tomás Ríos', first_name: 'Tomás', last_name: 'Ríos' },
      phones: [{ phone: '+57 300 555 0101', wa_id: '573005550101', type: 'CELL' }],
    },
  ]
  const emojiButton = (emoji: string) =>
    button(emoji, () => {
      sheet.close()
      textInput.setRangeText(emoji, textInput.selectionStart, textInput.selectionEnd, 'end')
      textInput.focus()
    })
  openSheet(page.words.attach, [
    choice('picture', () => control('picture', place())),
    choice('voiceNote', () => control('voice', place())),
    choice('place', () => write({ type: 'location', content: location })),
    choice('card', () => write({ type: 'contacts', content: contacts })),
    choice('fromAd', () => write({ text: page.words.fromAdText, referral: ad })),
    element('div', { class: 'emojis' }, ...emojis.map(emojiButton)),
  ])
}

async function sendText(): Promise<void> {
  const text = textInput.value.trim()
  if (text === '') return
  textInput.value = ''
  fitInput()
  const changed = editing
  editing = undefined
  const content = changed && {
    original_message_id: changed.wamid,
    message: { type: 'text', text: { body: text } },
  }
  await write(content ? { type: 'edit', content, text } : { text }).catch(() => {
    textInput.value = text
  })
}

/** Grows to a few lines, then scrolls. */
function fitInput(): void {
  textInput.style.height = 'auto'
  textInput.style.height = `${Math.min(textInput.scrollHeight, 120)}px`
}

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault()
  void sendText()
})
textInput.addEventListener('input', fitInput)
textInput.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  void sendText()
})
byId('attach').addEventListener('click', attach)
// A tap beside the sheet closes it.
sheet.addEventListener('click', (event) => event.target === sheet && sheet.close())
byId('new-customer').addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target as HTMLFormElement
  const made = await control<{ wa_id: string }>('customers', {
    name: byId<HTMLInputElement>('new-name').value,
    wa_id: byId<HTMLInputElement>('new-phone').value,
  })
  form.reset()
  await showCustomer(made.wa_id)
})
customerSelect.addEventListener('change', () => void openChat())
numberSelect.addEventListener('change', () => void openChat())
languageSelect.addEventListener('change', () => {
  speak(languageSelect.value)
  void drawIdentity(showCustomer)
  void drawChat()
})
document.addEventListener('visibilitychange', () => void look())

/** Live, and again by itself when the simulator was away. */
function listen(): void {
  const feed = new EventSource('/control/feed')
  feed.onopen = () => void refresh()
  feed.onmessage = (event) => {
    const { chats } = JSON.parse(event.data) as { chats: string[] | null }
    const { phone_number_id, wa_id } = place()
    if (chats === null || chats.includes(`${phone_number_id}/${wa_id}`)) void drawChat()
  }
}

async function refresh(): Promise<void> {
  await loadFigures()
  await look()
  await drawChat()
}

speak(localStorage.getItem('language') ?? 'es')
await loadWorld()
await openChat()
listen()
setInterval(() => {
  if (document.visibilityState === 'visible') void loadFigures().catch(() => undefined)
}, figuresEveryMs)
