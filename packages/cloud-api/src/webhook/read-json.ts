import type { Json } from '../json.ts'
import type { Range } from './scan.ts'

// A byte order mark inside a string is text.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Long whole numbers outside strings; strings are matched first so that what stands in them stays as it is. */
const longNumber = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/gs
const mayHaveLongNumber = /(?:^|[[:,\s])-?\d{16}/
/** What Postgres refuses in text. */
const mayNeedMending = /\\u(0000|[dD][89a-fA-F])|\0/

/**
 * The JSON value of a range. Whole numbers that a double cannot hold come as text, U+0000 and halves of surrogate
 * pairs as U+FFFD (neither can be stored as text). Throws on what is not JSON.
 */
export function readJson(bytes: Uint8Array, { start, end }: Range): Json {
  let text = utf8.decode(bytes.subarray(start, end))
  if (mayHaveLongNumber.test(text)) {
    text = text.replace(longNumber, (token) =>
      token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
    )
  }
  const json = JSON.parse(text) as Json
  return mayNeedMending.test(text) ? mended(json) : json
}

function mended(value: Json): Json {
  if (typeof value === 'string') return mendText(value)
  if (Array.isArray(value)) return value.map(mended)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [mendText(key), mended(each)]))
}

function mendText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}
