import type { Overview } from '#lib/figures.ts'

/** How a step is named: short under the axis, long where it stands alone. */
export function stepWords(
  at: string,
  { step, from, to }: Pick<Overview, 'step' | 'from' | 'to'>,
  timeZone: string,
  locale: string,
): { short: string; long: string } {
  const date = new Date(at)
  const day = date.toLocaleDateString(locale, { day: 'numeric', month: 'short', timeZone })
  if (step === 'day') {
    return {
      short: day,
      long: date.toLocaleDateString(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone }),
    }
  }
  const hour = date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', timeZone })
  const isOneDay = Date.parse(to) - Date.parse(from) <= 25 * 3_600_000
  // Over several days midnight says which one begins.
  const isMidnight = date.toLocaleTimeString('sv-SE', { timeZone }).startsWith('00:')
  return { short: !isOneDay && isMidnight ? day : hour, long: isOneDay ? hour : `${day}, ${hour}` }
}
