/// <reference lib="dom" />
// @ts-expect-error: served beside this script under this name.
import { languages as served } from '/words.js'
import type { Words } from './words.ts'

const languages = served as Record<string, Words>

interface PhoneNumber {
  phone_number_id: string
  display_phone_number: string
  verified_name: string
  waba_id: string
  business_id: string
  app_id: string
  token: string
  claimed: boolean
}
interface Overview {
  apps: { id: string; slug: string; secret: string }[]
  numbers: PhoneNumber[]
  customers: { wa_id: string; name: string }[]
  faults: Record<string, number>
}
interface ShownMessage {
  wamid: string
  from: 'customer' | 'business'
  at: number
  text: string
  type: string
}

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T
const thread = $<HTMLDivElement>('thread')
const customerSelect = $<HTMLSelectElement>('customer')
const numberSelect = $<HTMLSelectElement>('number')
const languageSelect = $<HTMLSelectElement>('language')
const textInput = $<HTMLInputElement>('text')

let words = languages.es as Words
let world: Overview = { apps: [], numbers: [], customers: [], faults: {} }
let shown = ''

async function control<T>(path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(`/control/${path}`, init).catch(() => undefined)
  const problem = $('problem')
  const answer = (await response?.json().catch(() => undefined)) as (T & { error?: string }) | undefined
  problem.hidden = response?.ok === true
  if (!response?.ok || !answer) {
    problem.textContent = answer?.error ?? words.offline
    throw new Error(problem.textContent)
  }
  return answer
}

const element = (tag: string, className: string, text = '') => {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

function place(): { phone_number_id: string; wa_id: string } {
  return { phone_number_id: numberSelect.value, wa_id: customerSelect.value }
}

function speak(language: string): void {
  words = (languages[language] ?? languages.es) as Words
  document.documentElement.lang = language
  languageSelect.value = language
  localStorage.setItem('language', language)
  for (const node of document.querySelectorAll<HTMLElement>('[data-word]')) {
    node.textContent = words[node.dataset.word as keyof Words] ?? ''
  }
  textInput.placeholder = words.placeholder
  textInput.setAttribute('aria-label', words.placeholder)
  drawUnclaimed()
  drawFaults()
}

function fill(select: HTMLSelectElement, options: [value: string, label: string][], wanted: string): void {
  select.replaceChildren(...options.map(([value, label]) => new Option(label, value)))
  if (options.some(([value]) => value === wanted)) select.value = wanted
}

async function loadWorld(): Promise<void> {
  world = await control<Overview>('overview')
  fill(
    customerSelect,
    world.customers.map((c) => [c.wa_id, `${c.name} · +${c.wa_id}`]),
    customerSelect.value || (localStorage.getItem('customer') ?? ''),
  )
  fill(
    numberSelect,
    world.numbers.map((n) => [n.phone_number_id, `${n.verified_name} · ${n.display_phone_number}`]),
    numberSelect.value || (localStorage.getItem('number') ?? ''),
  )
  drawUnclaimed()
  drawFaults()
}

async function openChat(): Promise<void> {
  const { phone_number_id, wa_id } = place()
  localStorage.setItem('customer', wa_id)
  localStorage.setItem('number', phone_number_id)
  const number = world.numbers.find((known) => known.phone_number_id === phone_number_id)
  $('business').textContent = number?.verified_name ?? ''
  $('business-number').textContent = number?.display_phone_number ?? ''
  $('avatar').textContent = (number?.verified_name ?? '#').slice(0, 1)
  shown = ''
  await look()
  await drawChat()
}

/** Only a page in front reads: the customer has the chat open while he looks at it. */
async function look(): Promise<void> {
  await control('look', { ...place(), open: document.visibilityState === 'visible' })
}

async function drawChat(): Promise<void> {
  const query = new URLSearchParams(place())
  const chat = await control<{ messages: ShownMessage[] }>(`chat?${query}`)
  const now = chat.messages.map((message) => message.wamid).join()
  if (now === shown && thread.childElementCount > 0) return
  shown = now
  thread.replaceChildren(
    ...(chat.messages.length === 0 ? [element('p', 'empty', words.empty)] : chat.messages.map(bubble)),
  )
  thread.scrollTop = thread.scrollHeight
}

function bubble(message: ShownMessage): HTMLElement {
  const made = element(
    'div',
    message.from === 'customer' ? 'bubble mine' : 'bubble',
    message.text || `[${message.type}]`,
  )
  made.dataset.from = message.from
  const time = new Date(message.at).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
  })
  made.append(element('footer', '', message.from === 'customer' ? `${time} ✓` : time))
  return made
}

function drawUnclaimed(): void {
  const app = (id: string) => world.apps.find((known) => known.id === id)
  $('unclaimed').replaceChildren(
    ...world.numbers
      .filter((number) => !number.claimed)
      .map((number) => {
        const card = element('div', 'card')
        card.dataset.number = number.phone_number_id
        card.append(element('strong', '', number.verified_name))
        const rows: [string, string, string][] = [
          [words.fieldNumber, number.display_phone_number, 'display_phone_number'],
          [words.fieldId, number.phone_number_id, 'phone_number_id'],
          [words.fieldWaba, number.waba_id, 'waba_id'],
          [words.fieldBusiness, number.business_id, 'business_id'],
          [words.fieldApp, `${app(number.app_id)?.slug ?? ''} · ${number.app_id}`, 'app_id'],
          [words.fieldSecret, app(number.app_id)?.secret ?? '', 'app_secret'],
          [words.fieldToken, number.token, 'token'],
        ]
        card.append(...rows.map(([label, value, field]) => copyRow(label, value, field)))
        return card
      }),
  )
}

function copyRow(label: string, value: string, field: string): HTMLElement {
  const row = element('div', 'copy')
  const code = element('code', '', value)
  code.dataset.field = field
  const button = element('button', '', words.copy) as HTMLButtonElement
  button.type = 'button'
  button.onclick = async () => {
    await navigator.clipboard.writeText(value)
    button.textContent = words.copied
    setTimeout(() => (button.textContent = words.copy), 1500)
  }
  row.append(element('span', '', label), code, button)
  return row
}

function drawFaults(): void {
  $('faults').replaceChildren(
    ...Object.entries(world.faults).map(([name, rate]) => {
      const row = element('label', 'fault', words[name as keyof Words] ?? name)
      const input = document.createElement('input')
      Object.assign(input, { type: 'number', min: '0', max: '1', step: '0.05', value: String(rate) })
      input.onchange = () => void control('faults', { [name]: Number(input.value) })
      row.append(input)
      return row
    }),
  )
}

$<HTMLFormElement>('composer').onsubmit = async (event) => {
  event.preventDefault()
  const text = textInput.value.trim()
  if (text === '') return
  textInput.value = ''
  await control('write', { ...place(), text }).catch(() => (textInput.value = text))
  await drawChat()
}
$<HTMLFormElement>('new-customer').onsubmit = async (event) => {
  event.preventDefault()
  const made = await control<{ wa_id: string }>('customers', {
    name: $<HTMLInputElement>('new-name').value,
    wa_id: $<HTMLInputElement>('new-phone').value,
  })
  await loadWorld()
  customerSelect.value = made.wa_id
  ;(event.target as HTMLFormElement).reset()
  await openChat()
}
customerSelect.onchange = () => void openChat()
numberSelect.onchange = () => void openChat()
languageSelect.onchange = () => speak(languageSelect.value)
document.addEventListener('visibilitychange', () => void look())

speak(localStorage.getItem('language') ?? 'es')
await loadWorld()
await openChat()
new EventSource('/control/feed').onmessage = (event) => {
  const change = JSON.parse(event.data) as { phone_number_id: string; wa_id: string }
  const here = place()
  if (change.phone_number_id === here.phone_number_id && change.wa_id === here.wa_id) void drawChat()
}
