import { quarterMs, type Range, type Step } from '../domain/steps.ts'
import { invalid } from './deps.ts'

const dayMs = 86_400_000
/** A year and its month before. */
const daysMax = 400
/** A month of hours: more points than a screen has. */
const daysOfHoursMax = 35
/** WhatsApp's own beginning; earlier is a mistake, and zones had odd offsets. */
const earliest = Date.UTC(2009, 0, 1)

export function stepIn(step: string): Step {
  if (step === 'hour' || step === 'day') return step
  throw invalid('step', 'step is hour or day.')
}

/** Refuses what figures cannot be given for; never rounds. */
export function rangeIn(from: Date | undefined, to: Date | undefined, step: Step): Range {
  const start = timeIn(from, 'from')
  const end = timeIn(to, 'to')
  if (start >= end) throw invalid('to', 'to must be later than from.')
  const most = step === 'hour' ? daysOfHoursMax : daysMax
  if (end.getTime() - start.getTime() > most * dayMs)
    throw invalid('to', `A period by the ${step} is at most ${most} days.`)
  return { from: start, to: end }
}

function timeIn(at: Date | undefined, path: string): Date {
  if (!at || Number.isNaN(at.getTime())) throw invalid(path, `${path} is required.`)
  if (at.getTime() % quarterMs !== 0) throw invalid(path, `${path} must be on a quarter of an hour.`)
  if (at.getTime() < earliest) throw invalid(path, `${path} is before 2009.`)
  return at
}
