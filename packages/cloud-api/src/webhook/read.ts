/** Readers for JSON that may hold anything: each gives the value when it has the form, else undefined. */

export type Json = Record<string, unknown>

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text, or a number or boolean as text; an empty text counts as absent. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

/** Unix seconds (or milliseconds, seen in older objects) as text or number. */
export function time(value: unknown): Date | undefined {
  const digits = text(value)
  if (!digits || !/^\d{1,16}$/.test(digits)) return undefined
  const number = Number(digits)
  const date = new Date(number > 100_000_000_000 ? number : number * 1000)
  return Number.isNaN(date.getTime()) ? undefined : date
}

export function integer(value: unknown): number | undefined {
  const digits = text(value)
  return digits && /^-?\d{1,15}$/.test(digits) ? Number(digits) : undefined
}

/** `{ key: value }` when there is a value: optional properties are absent rather than undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}
