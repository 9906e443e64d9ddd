/** Every time zone, as choices; `now` stays in the list when it has an older name. */
export function zoneOptions(now = ''): { value: string; label: string }[] {
  const names = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...(now ? [now] : [])])
  return [...names].sort().map((name) => ({ value: name, label: name.replaceAll('_', ' ') }))
}

export const languageOptions = [
  { value: 'es', label: 'Español' },
  { value: 'pt', label: 'Português' },
  { value: 'en', label: 'English' },
]
