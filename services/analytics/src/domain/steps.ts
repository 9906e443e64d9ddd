import { type Grain, minuteMs } from './counts.ts'
import { addDays, dayOf, wallOf } from './zone.ts'

export interface Range {
  from: Date
  /** Not included. */
  to: Date
}

export type Step = 'hour' | 'day'

const hourMs = 60 * minuteMs
/** What rollups can tell apart. */
export const quarterMs = 15 * minuteMs

/**
 * The beginnings of the steps of a range, as clocks in the zone show them: of 23, 24 or 25 hours a day. The first step
 * begins with the range, and the last ends with it, whole or not.
 */
export function stepsOf({ from, to }: Range, step: Step, zone: string): Date[] {
  const starts = [from]
  for (let at = nextStep(from, step, zone); at < to; at = nextStep(at, step, zone)) starts.push(at)
  return starts
}

function nextStep(at: Date, step: Step, zone: string): Date {
  if (step === 'day') return addDays(at, 1, zone)
  // The next time that clocks show a whole hour; where they are set by half an hour, that step is longer.
  let next = at
  do next = new Date(next.getTime() + (60 - wallOf(next, zone).minute) * minuteMs)
  while (wallOf(next, zone).minute !== 0)
  return next
}

/** The coarsest rollup that begins and ends with each of these times. */
export function grainOf(times: readonly Date[]): Grain {
  return times.every((at) => at.getTime() % hourMs === 0) ? 60 : 15
}

/**
 * The span just before: as many days where the range is of whole days, so that summer time moves nothing; else as many
 * milliseconds. Of a range that is not over yet only as much as has passed, or a morning would be compared with a day.
 */
export function previousOf({ from, to }: Range, zone: string, until: Date): Range {
  const start = startOfPrevious({ from, to }, zone)
  if (until >= to) return { from: start, to: from }
  const passedMs = Math.max(0, Math.ceil((until.getTime() - from.getTime()) / quarterMs) * quarterMs)
  return { from: start, to: new Date(Math.min(start.getTime() + passedMs, from.getTime())) }
}

function startOfPrevious({ from, to }: Range, zone: string): Date {
  const isDays = [from, to].every((at) => dayOf(at, zone).getTime() === at.getTime())
  if (!isDays) return new Date(2 * from.getTime() - to.getTime())
  const days = Math.round((to.getTime() - from.getTime()) / 86_400_000)
  return addDays(from, -days, zone)
}
