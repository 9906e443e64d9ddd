/** Figures as they look in JSON, and the overview as a table for spreadsheets. */
import type { analyticsV1 } from '@palomar/contracts'
import { z } from 'zod'

export const counts = z.object({
  received: z.number(),
  accepted: z.number(),
  sent: z.number(),
  delivered: z.number(),
  read: z.number(),
  failed: z.number(),
})
type Counts = z.output<typeof counts>

export function showCounts(of: analyticsV1.Counts | undefined): Counts {
  return {
    received: Number(of?.received ?? 0),
    accepted: Number(of?.accepted ?? 0),
    sent: Number(of?.sent ?? 0),
    delivered: Number(of?.delivered ?? 0),
    read: Number(of?.read ?? 0),
    failed: Number(of?.failed ?? 0),
  }
}

const names = Object.keys(counts.shape) as (keyof Counts)[]

/**
 * RFC 4180. One line for each step, or for each step and number; a step that is not counted yet has empty cells, which
 * are not zeros. Nothing in it was written by people, so no cell can be a formula.
 */
export function overviewCsv(answer: analyticsV1.Overview, zone: string, byNumber: boolean): string {
  const until = answer.countedUntil?.getTime() ?? Number.POSITIVE_INFINITY
  const cells = (at: Date, of: analyticsV1.Counts | undefined) => {
    const shown = showCounts(of)
    return names.map((name) => (at.getTime() >= until ? '' : String(shown[name])))
  }
  const time = (at: Date) => [at.toISOString(), localTime(at, zone)]
  const head = ['at', `at (${zone})`]
  if (!byNumber) {
    const lines = answer.steps.flatMap(({ at, counts: of }) => (at ? [[...time(at), ...cells(at, of)]] : []))
    return table([[...head, ...names], ...lines])
  }
  const lines = answer.numbers.flatMap((number) =>
    number.steps.flatMap(({ at, counts: of }) =>
      at ? [[...time(at), number.numberId, number.displayPhoneNumber, ...cells(at, of)]] : [],
    ),
  )
  return table([[...head, 'number_id', 'phone', ...names], ...lines])
}

/** `2026-11-26 14:00` as clocks in the zone show it. */
function localTime(at: Date, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(at)
}

function table(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
