import type { analyticsV1 } from '@palomar/contracts'
import { quarterMs, type Range, type Step } from '../domain/steps.ts'
import { addDays, dayOf, startOfDay } from '../domain/zone.ts'
import { invalid } from './deps.ts'

const dayMs = 86_400_000
/** A year and its month before. */
const daysMax = 400
/** A month of hours: more points than a screen has. */
const daysOfHoursMax = 35
/** Up to here a day is too coarse a step. */
const daysByHour = 2
/** WhatsApp's own beginning; earlier is a mistake, and zones had odd offsets. */
const earliest = Date.UTC(2009, 0, 1)
/** Summer time makes a day an hour longer. */
const slackMs = 3_600_000

type Asked = Pick<analyticsV1.GetOverviewRequest, 'from' | 'to' | 'fromDate' | 'toDate' | 'step' | 'timeZone'>

/** The period that was asked for; refuses what figures cannot be given for, and never rounds. */
export function periodIn(asked: Asked, now: Date): { range: Range; step: Step } {
  const zone = asked.timeZone
  const end = asked.to ?? dateIn(asked.toDate, 'to_date', zone)
  const start = asked.from ?? dateIn(asked.fromDate, 'from_date', zone)
  const from = start ?? dayOf(end ? new Date(end.getTime() - 1) : now, zone)
  const to = end ?? addDays(now, 1, zone)
  checkTime(from, 'from')
  checkTime(to, 'to')
  if (from >= to) throw invalid('to', 'to must be later than from.')
  const lengthMs = to.getTime() - from.getTime() - slackMs
  const step = stepIn(asked.step, lengthMs)
  const most = step === 'hour' ? daysOfHoursMax : daysMax
  if (lengthMs > most * dayMs) throw invalid('to', `A period by the ${step} is at most ${most} days.`)
  return { range: { from, to }, step }
}

function stepIn(step: string, lengthMs: number): Step {
  if (step === '') return lengthMs > daysByHour * dayMs ? 'day' : 'hour'
  if (step === 'hour' || step === 'day') return step
  throw invalid('step', 'step is hour or day.')
}

function dateIn(text: string, path: string, zone: string): Date | undefined {
  if (!text) return undefined
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  // A date that exists: 31 June is another day for Date, and no day for us.
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text)
  if (!isDate || new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10) !== text)
    throw invalid(path, `${path} must be a day such as 2026-11-26.`)
  return startOfDay(year, month, day, zone)
}

function checkTime(at: Date, path: string): void {
  if (Number.isNaN(at.getTime())) throw invalid(path, `${path} is no time.`)
  if (at.getTime() % quarterMs !== 0) throw invalid(path, `${path} must be on a quarter of an hour.`)
  if (at.getTime() < earliest) throw invalid(path, `${path} is before 2009.`)
}
