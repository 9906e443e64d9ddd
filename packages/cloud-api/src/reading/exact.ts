/** JSON of which nothing is lost: a whole number that a double cannot hold is a bigint, texts are as they were. */
export type Exact = null | boolean | number | bigint | string | Exact[] | ExactObject
export interface ExactObject {
  [key: string]: Exact
}

export const isExactObject = (value: Exact | undefined): value is ExactObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

interface Source {
  source?: string
}

/** Throws on what is not JSON, and on what is nested beyond the stack. */
export function parseExact(bytes: Uint8Array): Exact {
  const text = utf8.decode(bytes)
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Exact
  return JSON.parse(text, function (this: unknown, _key: string, value: unknown, context?: Source) {
    const source = context?.source
    return typeof value === 'number' && source !== undefined && isLong(value, source) ? BigInt(source) : value
  } as (this: unknown, key: string, value: unknown) => unknown) as Exact
}

const isLong = (value: number, source: string): boolean =>
  !Number.isSafeInteger(value) && /^-?\d+$/.test(source)

/** The JSON text, long numbers with every digit. */
export function stringifyExact(value: Exact): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map(stringifyExact).join(',')}]`
  if (!isExactObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}:${stringifyExact(each)}`)
    .join(',')}}`
}

/** As a store takes it: long numbers as text, U+0000 and halves of surrogate pairs as U+FFFD. */
export function mendText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}
