/** `+573001234567` as `+57 300 123 4567`; what is not a phone number stays as it is. */
export function phone(text: string | null | undefined): string {
  if (!text) return ''
  const digits = text.replace(/^\+/, '')
  if (!/^\d{7,15}$/.test(digits)) return text
  const country = countryCodes.find((code) => digits.startsWith(code)) ?? digits.slice(0, 2)
  const rest = digits.slice(country.length)
  const groups =
    rest.length > 8
      ? [rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)]
      : [rest.slice(0, -4), rest.slice(-4)]
  return `+${country} ${groups.filter(Boolean).join(' ')}`
}

// Calling codes whose length is not two digits come first; enough for how a number is grouped on screen.
const countryCodes = ['1', '7', '351', '502', '503', '504', '505', '506', '507', '591', '593', '595', '598']

/** Up to two initials for an avatar; none for a phone number. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')
}

/** Today as a time, this week as a weekday, else as a date. */
export function whenInList(iso: string | null, locale: string, now = new Date()): string {
  if (!iso) return ''
  const at = new Date(iso)
  const days = (startOfDay(now) - startOfDay(at)) / 86_400_000
  if (days <= 0) return timeOfDay(iso, locale)
  if (days < 7) return at.toLocaleDateString(locale, { weekday: 'short' })
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'short' })
}

export function timeOfDay(iso: string, locale: string): string {
  return new Date(iso).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}

export function fullDate(iso: string, locale: string): string {
  return new Date(iso).toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' })
}

export function dateTime(iso: string | null, locale: string): string {
  return iso ? new Date(iso).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' }) : '—'
}

/** `3 h`, `12 min`: the larger unit alone, as in "closed 3 h ago". */
export function span(ms: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60_000))
  if (minutes < 60) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
