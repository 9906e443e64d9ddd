/**
 * JSON whose numbers beyond 2^53 stay exact as text (Meta's ids may come as numbers), whose U+0000 and lone surrogates
 * become U+FFFD (Postgres refuses both). Undefined when it is not JSON.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const source = new TextDecoder('utf-8').decode(bytes)
  try {
    return JSON.parse(source, clean) as unknown
  } catch {
    return undefined
  }
}

function clean(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'string') return storable(value)
  if (typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? ''))
    return context?.source
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return withCleanKeys(value as Record<string, unknown>)
  return value
}

export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\u0000') ? whole.replaceAll('\u0000', '\uFFFD') : whole
}

function withCleanKeys(object: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(object).every((key) => storable(key) === key)) return object
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [storable(key), value]))
}
