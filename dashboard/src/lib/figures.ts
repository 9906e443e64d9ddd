import type { Words } from './words-of.ts'

/** What the overview counts; as /v1/analytics/overview shows it. */
export const metrics = ['received', 'accepted', 'sent', 'delivered', 'read', 'failed'] as const
export type Metric = (typeof metrics)[number]
export type Counts = Record<Metric, number>
export type Step = Counts & { at: string }

export interface Overview {
  from: string
  to: string
  step: 'hour' | 'day'
  time_zone: string
  counted_until: string | null
  total: Counts
  previous: Counts & { from: string; to: string }
  steps: Step[]
  numbers: (Counts & {
    number_id: string
    state: string | null
    display_phone_number: string | null
    verified_name: string | null
  })[]
  failures: {
    code: number | null
    failure_code: string | null
    title: string | null
    advice: Words | null
    count: number
  }[]
}

export interface RecentEvent {
  id: string
  at: string
  kind: string
  number_id: string | null
  message_id: string | null
  conversation_id: string | null
  detail: Record<string, unknown>
}

export interface Comparison {
  /** Percent of the period before; null when that had nothing. */
  percent: number | null
  direction: 'up' | 'down' | 'same'
  /** Whether that is good; failures are the other way round. */
  meaning: 'better' | 'worse' | 'same'
}

export function compare(metric: Metric, now: number, before: number): Comparison {
  const direction = now === before ? 'same' : now > before ? 'up' : 'down'
  const good = metric === 'failed' ? 'down' : 'up'
  const meaning = direction === 'same' ? 'same' : direction === good ? 'better' : 'worse'
  return { percent: before === 0 ? null : Math.round(((now - before) / before) * 100), direction, meaning }
}

/** Of what was sent, how much arrived: 0–100, null when nothing was sent. */
export function deliveryRate({ sent, delivered }: Counts): number | null {
  return sent === 0 ? null : Math.min(100, Math.round((delivered / sent) * 100))
}

/** A step that nobody has counted yet is a gap, not a zero. */
export const isCounted = (step: Step, until: string | null): boolean => until === null || step.at < until

/** Ticks from 0 that reach over `max`, at most six, at 1, 2 or 5 and their tens. */
export function ticksUpTo(max: number): number[] {
  const rough = Math.max(1, max) / 4
  const ten = 10 ** Math.floor(Math.log10(rough))
  const size = Math.max(1, [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= rough) ?? 1)
  const count = Math.max(1, Math.ceil(max / size))
  return Array.from({ length: count + 1 }, (_, n) => n * size)
}

/** Every how many steps a label has room. */
export function labelEvery(steps: number, width: number, labelWidth: number): number {
  const fitting = Math.max(1, Math.floor(width / labelWidth))
  const every = Math.ceil(steps / fitting)
  return [1, 2, 3, 4, 6, 8, 12, 24].find((n) => n >= every) ?? every
}
