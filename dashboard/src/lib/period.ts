/** A period of whole days of the company's zone, as the address of a page names it. */
export const presets = ['today', 'yesterday', '7d', '30d', '90d'] as const
export type Preset = (typeof presets)[number]

export interface Period {
  /** Absent for dates of one's own. */
  preset?: Preset
  /** YYYY-MM-DD, both included. */
  from: string
  to: string
}

export interface Choice extends Period {
  /** Empty: what suits the length. */
  step: '' | 'hour' | 'day'
  numberId: string
}

const daysOf: Record<Exclude<Preset, 'today' | 'yesterday'>, number> = { '7d': 7, '30d': 30, '90d': 90 }
const dayForm = /^\d{4}-\d\d-\d\d$/
/** What the API gives at most, in days. */
const hoursMax = 35
const daysMax = 400

/** Today's date in a zone. */
export function todayIn(zone: string, now = new Date()): string {
  // Sweden writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now)
}

export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** How many days, both ends included. */
export const daysIn = ({ from, to }: Period): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1

export function periodOf(preset: Preset, today: string): Period {
  if (preset === 'today') return { preset, from: today, to: today }
  if (preset === 'yesterday') {
    const yesterday = addDays(today, -1)
    return { preset, from: yesterday, to: yesterday }
  }
  return { preset, from: addDays(today, 1 - daysOf[preset]), to: today }
}

/** What an address asks for; today for what it does not say, or what is no period. */
export function choiceIn(search: URLSearchParams, today: string): Choice {
  const step = search.get('step')
  const period = ownDates(search) ?? periodOf(presetIn(search), today)
  const fits = step === 'day' || (step === 'hour' && daysIn(period) <= hoursMax)
  return { ...period, step: fits ? step : '', numberId: search.get('number_id') ?? '' }
}

function presetIn(search: URLSearchParams): Preset {
  return presets.find((known) => known === search.get('period')) ?? 'today'
}

function ownDates(search: URLSearchParams): Period | undefined {
  const from = search.get('from') ?? ''
  const to = search.get('to') ?? ''
  if (![from, to].every((day) => dayForm.test(day) && !Number.isNaN(Date.parse(day)))) return undefined
  if (from > to || daysIn({ from, to }) > daysMax) return undefined
  return { from, to }
}

/** The address of a choice. */
export function searchOf(choice: Choice): string {
  const search = new URLSearchParams()
  if (choice.preset && choice.preset !== 'today') search.set('period', choice.preset)
  if (!choice.preset) {
    search.set('from', choice.from)
    search.set('to', choice.to)
  }
  if (choice.step) search.set('step', choice.step)
  if (choice.numberId) search.set('number_id', choice.numberId)
  return search.size > 0 ? `?${search}` : ''
}

/** What the API is asked; its end is not included. */
export function apiQuery({ from, to, step, numberId }: Choice, zone: string): URLSearchParams {
  return new URLSearchParams({
    from,
    to: addDays(to, 1),
    time_zone: zone,
    ...(step ? { step } : {}),
    ...(numberId ? { number_id: numberId } : {}),
  })
}
