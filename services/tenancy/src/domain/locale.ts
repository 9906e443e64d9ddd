export const languages = ['es', 'pt', 'en'] as const

export function isLanguage(text: string): boolean {
  return (languages as readonly string[]).includes(text)
}

/** An IANA zone this runtime knows. Offsets such as +03:00 are none: they have no summer time. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(text)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

/** ISO 3166-1 alpha-2, or empty for none. */
export function isCountry(text: string): boolean {
  return text === '' || /^[A-Z]{2}$/.test(text)
}
