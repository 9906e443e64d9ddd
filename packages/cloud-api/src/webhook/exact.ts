import type { Json } from '../json.ts'

/** JSON of which nothing is lost: a whole number that a double cannot hold is a bigint, texts are as they were. */
export type Exact = null | boolean | number | bigint | string | Exact[] | ExactObject
export interface ExactObject {
  [key: string]: Exact
}

export const isExactObject = (value: Exact | undefined): value is ExactObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// A byte order mark inside a string is text.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Outside of texts, or in one behind a colon or a comma: then nothing is lost but time. */
const mayHaveLongNumber = /(?:^|[[:,\s])-?\d{16}/
/** Escapes of what a store refuses in text; emoji in escapes look alike at first. */
const mayNeedMending = /\\u(?:0000|[dD][89a-fA-F])/

export interface ExactText {
  json: Exact
  /** No long number and no text that a store would refuse: `json` is what a store takes. */
  isPlain: boolean
}

/** The same value as a store takes it. */
export const storableOf = ({ json, isPlain }: ExactText): Json =>
  // Plain means that it holds no bigint.
  isPlain ? (json as Json) : storable(json)

/** Throws on what is not JSON, and on what is nested beyond the stack. */
export function readExact(bytes: Uint8Array): ExactText {
  const text = utf8.decode(bytes)
  const hasLong = mayHaveLongNumber.test(text)
  const json = hasLong ? (JSON.parse(text, longAsBigint as Reviver) as Exact) : (JSON.parse(text) as Exact)
  return { json, isPlain: !hasLong && !mayNeedMending.test(text) }
}

export const parseExact = (bytes: Uint8Array): Exact => readExact(bytes).json

type Reviver = (this: unknown, key: string, value: unknown) => unknown

/** TypeScript's own type of a reviver does not know the source text yet. */
function longAsBigint(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && isLong(value, source) ? BigInt(source) : value
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
export function storable(value: Exact): Json {
  if (typeof value === 'string') return mendText(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(storable)
  if (!isExactObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [mendText(key), storable(each)]))
}

export function mendText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}
