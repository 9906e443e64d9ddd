/** Calendar arithmetic in an IANA zone, by what Intl knows of it. */

interface Wall {
  year: number
  month: number
  day: number
  hour: number
  minute: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** What clocks in the zone show. */
export function wallOf(at: Date, zone: string): Wall {
  const parts = formatOf(zone).formatToParts(at)
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return {
    year: value('year'),
    month: value('month'),
    day: value('day'),
    hour: value('hour'),
    minute: value('minute'),
  }
}

/** Milliseconds that the zone is ahead of UTC at that time; whole minutes. */
export function offsetMs(at: Date, zone: string): number {
  const { year, month, day, hour, minute } = wallOf(at, zone)
  const shown = Date.UTC(year, month - 1, day, hour, minute)
  return shown - Math.floor(at.getTime() / 60_000) * 60_000
}

/** When a day begins: its first instant, which is not midnight where summer time begins at midnight. */
export function startOfDay(year: number, month: number, day: number, zone: string): Date {
  const midnight = Date.UTC(year, month - 1, day)
  // Offsets around it; zones change theirs by less than a day, and never twice in two days.
  const before = offsetMs(new Date(midnight - 86_400_000), zone)
  const after = offsetMs(new Date(midnight + 86_400_000), zone)
  const candidates = [midnight - before, midnight - after].sort((a, b) => a - b)
  const isDay = (ms: number) => {
    const wall = wallOf(new Date(ms), zone)
    return Date.UTC(wall.year, wall.month - 1, wall.day) === midnight
  }
  // Midnight twice: the first. Midnight not at all: the clock jumped past it, at the instant of the old midnight.
  const first = candidates.find((ms) => isDay(ms) && !isDay(ms - 60_000))
  return new Date(first ?? midnight - before)
}

export function dayOf(at: Date, zone: string): Date {
  const { year, month, day } = wallOf(at, zone)
  return startOfDay(year, month, day, zone)
}

/** The beginning of the day `days` after that of `at`; `days` may be negative. */
export function addDays(at: Date, days: number, zone: string): Date {
  const { year, month, day } = wallOf(at, zone)
  const moved = new Date(Date.UTC(year, month - 1, day + days))
  return startOfDay(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate(), zone)
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, made)
  return made
}
