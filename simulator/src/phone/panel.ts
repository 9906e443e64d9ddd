import type { CustomerView, NumberView, Overview } from '../control/view.ts'
import { button, byId, control, element, page } from './page.ts'
import type { Word, Words } from './words.ts'

const customerSelect = byId<HTMLSelectElement>('customer')
const numberSelect = byId<HTMLSelectElement>('number')
const latencySelect = byId<HTMLSelectElement>('latency')
const readingSelect = byId<HTMLSelectElement>('reading')

/** The chat that the panel has chosen. */
export const place = () => ({ phone_number_id: numberSelect.value, wa_id: customerSelect.value })

export async function loadWorld(): Promise<void> {
  page.world = await control<Overview>('overview')
  drawPanel()
}

/** Figures alone: what someone is choosing in the panel stays as it is. */
export async function loadFigures(): Promise<void> {
  const world = await control<Overview>('overview')
  const known = page.world?.customers.length
  page.world = world
  drawState()
  if (known !== world.customers.length) drawChoices()
}

export function drawPanel(): void {
  drawChoices()
  drawHabits()
  drawUnclaimed()
  drawBehaviour()
  drawFaults()
  drawState()
}

function drawChoices(): void {
  const { customers = [], numbers = [] } = page.world ?? {}
  fill(
    customerSelect,
    customers.map(({ wa_id, name }) => [wa_id, name === `+${wa_id}` ? name : `${name} · +${wa_id}`]),
    customerSelect.value || (localStorage.getItem('customer') ?? ''),
  )
  fill(
    numberSelect,
    numbers.map((number) => [
      number.phone_number_id,
      `${number.verified_name} · ${number.display_phone_number}`,
    ]),
    numberSelect.value || (localStorage.getItem('number') ?? ''),
  )
}

function fill(select: HTMLSelectElement, options: [value: string, label: string][], wanted: string): void {
  select.replaceChildren(...options.map(([value, label]) => new Option(label, value)))
  if (options.some(([value]) => value === wanted)) select.value = wanted
}

export function customerHere(): CustomerView | undefined {
  return page.world?.customers.find(({ wa_id }) => wa_id === customerSelect.value)
}

type Habit = 'on_whatsapp' | 'offline' | 'tells_read' | 'stops_marketing' | 'blocks' | 'hides_phone'

/** Each in the positive: what is ticked is the usual case. */
const habits: [field: Habit, word: Word, isTicked: (value: boolean) => boolean][] = [
  ['on_whatsapp', 'onWhatsApp', (value) => value],
  ['offline', 'online', (value) => !value],
  ['tells_read', 'tellsRead', (value) => value],
  ['stops_marketing', 'takesMarketing', (value) => !value],
  ['blocks', 'notBlocking', (value) => !value],
  ['hides_phone', 'showsPhone', (value) => !value],
]

export function drawHabits(): void {
  const fieldset = byId('habits')
  const person = customerHere()
  const rows = habits.map(([field, word, isTicked]) => {
    const input = element('input', { type: 'checkbox' })
    input.checked = person ? isTicked(person[field]) : false
    input.addEventListener('change', async () => {
      await control('customers', { wa_id: customerSelect.value, [field]: isTicked(input.checked) })
      await loadFigures()
    })
    return element('label', { class: 'check' }, input, page.words[word])
  })
  fieldset.replaceChildren(element('legend', { 'data-word': 'habits' }, page.words.habits), ...rows)
}

function drawUnclaimed(): void {
  const cards = (page.world?.numbers ?? []).filter(({ claimed }) => !claimed).map(unclaimedCard)
  byId('unclaimed').replaceChildren(...cards)
}

function unclaimedCard(number: NumberView): HTMLElement {
  const app = page.world?.apps.find(({ id }) => id === number.app_id)
  const { words } = page
  const rows: [label: string, value: string, field: string][] = [
    [words.fieldNumber, number.display_phone_number, 'display_phone_number'],
    [words.fieldId, number.phone_number_id, 'phone_number_id'],
    [words.fieldWaba, number.waba_id, 'waba_id'],
    [words.fieldBusiness, number.business_id, 'business_id'],
    [words.fieldApp, number.app_id, 'app_id'],
    [words.fieldSlug, app?.slug ?? '', 'app_slug'],
    [words.fieldSecret, app?.secret ?? '', 'app_secret'],
    [words.fieldToken, number.token, 'token'],
  ]
  return element(
    'div',
    { class: 'card', 'data-number': number.phone_number_id },
    element('strong', {}, number.verified_name),
    ...rows.map((row) => copyRow(...row)),
  )
}

function copyRow(label: string, value: string, field: string): HTMLElement {
  const copy = button(
    page.words.copy,
    async () => {
      await navigator.clipboard.writeText(value)
      copy.textContent = page.words.copied
      setTimeout(() => {
        copy.textContent = page.words.copy
      }, 1500)
    },
    { 'aria-label': `${page.words.copy} ${label}` },
  )
  return element(
    'div',
    { class: 'copy' },
    element('span', {}, label),
    element('code', { 'data-field': field }, value),
    copy,
  )
}

function drawBehaviour(): void {
  const settings = page.world?.settings
  const seconds = (ms: number) => `${(ms / 1000).toLocaleString(page.language)} s`
  const latencies = [0, 150, 1_000, 5_000]
  fill(
    latencySelect,
    latencies.map((ms) => [String(ms), seconds(ms)]),
    String(settings?.latencyMs ?? 0),
  )
  const { readOpen, readSoon, readLate } = page.words
  const readings: [string, string][] = [
    ['', readOpen],
    ['1000', readSoon],
    ['10000', readLate],
  ]
  fill(readingSelect, readings, settings?.readMs === null ? '' : String(settings?.readMs))
}

latencySelect.addEventListener(
  'change',
  () => void control('settings', { latencyMs: Number(latencySelect.value) }),
)
readingSelect.addEventListener('change', () => {
  void control('settings', { readMs: readingSelect.value === '' ? null : Number(readingSelect.value) })
})

function drawFaults(): void {
  const rows = Object.entries(page.world?.faults ?? {}).map(([name, rate]) => {
    const input = element('input', {
      type: 'range',
      min: '0',
      max: '100',
      step: '5',
      value: String(rate * 100),
    })
    const shown = element('output', {}, percent(rate))
    input.addEventListener('input', () => {
      shown.textContent = percent(Number(input.value) / 100)
    })
    input.addEventListener('change', () => void control('faults', { [name]: Number(input.value) / 100 }))
    const label = page.words[name as keyof Words] ?? name
    return element('label', { class: 'fault' }, element('span', {}, label), input, shown)
  })
  byId('faults').replaceChildren(...rows)
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

byId('calm').addEventListener('click', async () => {
  const none = Object.fromEntries(Object.keys(page.world?.faults ?? {}).map((name) => [name, 0]))
  await control('faults', none)
  await control('settings', { latencyMs: 0 })
  await loadWorld()
})

function drawState(): void {
  const { counters, apps = [] } = page.world ?? {}
  const { words } = page
  const count = (value = 0) => value.toLocaleString(page.language)
  const rows: [string, string][] = [
    [words.accepted, count(counters?.accepted)],
    [words.statuses, count(counters?.statuses)],
    [words.inbound, count(counters?.inbound)],
    [words.waiting, count(counters?.pending_webhooks)],
  ]
  const problem = apps.find((app) => app.problem !== '')?.problem
  byId('state').replaceChildren(
    ...rows.map(([label, value]) => element('div', {}, element('dt', {}, label), element('dd', {}, value))),
    ...(problem
      ? [element('p', { class: 'warning', role: 'status' }, `⚠ ${words.webhookProblem}: ${problem}`)]
      : []),
  )
}
