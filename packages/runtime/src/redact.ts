/**
 * What keeps message text, tokens, signatures and whole phone numbers out of logs. By key where the key says what it
 * holds, and by shape for text that got into a sentence. It errs towards hiding.
 */

const hidden = '[redacted]'
/** Deeper than any field of ours; stops at cycles too. */
const depthMax = 6
const itemsMax = 50
const textMax = 4_000

/** Keys (in snake_case) whose whole value is never shown. `body_bytes` or `token_version` are other keys. */
const secretKey =
  /(^|_)(text|texts|body|bodies|caption|content|contents|preview|payload|raw|json|tokens?|secrets?|password|passwd|authorization|signature|signatures|cookie|credentials?|seed|plaintext|(api|data|private|master|signing|archive|access|sealing|hub)_keys?|profile_name|username|echo)$/

/** Keys whose large integers are times, sizes or positions and not phone numbers. */
const countKey = /(^|_)(ms|ns|at|s|time|timestamp|bytes|count|total|seq|sequence|version|epoch|revision|pid)$/

/** Keys that hold an id of Meta's: as long as a phone number, and needed to find anything. */
const metaIdKey = /(^|_)(phone_number_id|waba_id|entry_id|business_id|app_id|portfolio_id|time|at)$/

/** A copy of `value` that may be logged. `key` is the field it stands under. */
export function redact(value: unknown, key = '', depth = 0): unknown {
  const name = snake(key)
  if (value === null || value === undefined || typeof value === 'boolean') return value
  if (secretKey.test(name)) return hidden
  if (typeof value === 'string') return metaIdKey.test(name) && isPlainId(value) ? value : redactText(value)
  if (typeof value === 'number' || typeof value === 'bigint') return redactNumber(value, name)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (value instanceof Error) return describeError(value, depth)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${value.byteLength} bytes`
  if (typeof value !== 'object') return `[${typeof value}]`
  if (depth >= depthMax) return '[deep]'
  if (Array.isArray(value)) return listOf(value, key, depth)
  if (value instanceof Map) return redactEntries([...value.entries()], depth)
  if (value instanceof Set) return listOf([...value], key, depth)
  return redactEntries(Object.entries(value), depth)
}

/** A sentence with phone numbers cut to their last two digits and anything that looks like a credential hidden. */
export function redactText(text: string): string {
  const short = text.length > textMax ? `${text.slice(0, textMax)}…` : text
  return short
    .replace(/(\w+:\/\/)[^\s/@]+@/g, `$1${hidden}@`) // user:password@ in a URL
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${hidden}`)
    .replace(/\b(sha(?:1|256))=[0-9a-f]+/gi, `$1=${hidden}`)
    .replace(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, hidden) // JWT
    .replace(/\bEA[A-Za-z0-9]{15,}/g, hidden) // Meta's access tokens
    .replace(/\b[0-9a-f]{48,}\b/gi, hidden)
    .replace(/[\w-]{32,}/g, (word) => (looksRandom(word) ? hidden : word))
    .replace(/(?<![\w.:-])\+?\(?\d(?:[\s().-]?\d){7,16}(?![\w:])/g, hidePhone)
}

/** Digits in text, cut to the last two when they can be a phone number. */
function hidePhone(digits: string): string {
  // A date is eight digits too, and a time of day in a log is worth more than the mistake costs.
  if (/^\d{4}-\d{2}-\d{2}$/.test(digits)) return digits
  return `…${digits.replace(/\D/g, '').slice(-2)}`
}

function redactNumber(value: number | bigint, name: string): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return Number.isNaN(value) ? 'NaN' : value
  const digits = String(value).replace('-', '')
  if (digits.length < 10 || countKey.test(name)) return typeof value === 'bigint' ? String(value) : value
  return `…${digits.slice(-2)}`
}

function listOf(items: unknown[], key: string, depth: number): unknown[] {
  const shown = items.slice(0, itemsMax).map((item) => redact(item, key, depth + 1))
  return items.length > itemsMax ? [...shown, `… ${items.length - itemsMax} more`] : shown
}

function redactEntries(entries: [unknown, unknown][], depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  // A key can be a phone number as well (a map by recipient).
  for (const [key, value] of entries.slice(0, itemsMax))
    out[redactText(String(key))] = redact(value, String(key), depth + 1)
  return out
}

/**
 * Name, code, text and stack of an error, and of its causes. Other properties of foreign errors are left out: a
 * Postgres error carries the failing row in `detail`.
 */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code, meta } = error as { code?: unknown; meta?: unknown }
  const out: Record<string, unknown> = { name: error.name, message: redactText(messageOf(error)) }
  if (typeof code === 'string' || typeof code === 'number') out.code = code
  if (meta !== undefined) out.meta = redact(meta, 'meta', depth + 1)
  if (depth <= 1 && error.stack) out.stack = redactText(stackOf(error))
  if (error.cause !== undefined && depth < 4) out.cause = redact(error.cause, 'cause', depth + 1)
  return out
}

function messageOf(error: Error): string {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  // Both quote the data they choked on.
  if (severity !== undefined && typeof code === 'string' && /^2[23]/.test(code))
    return error.message.replace(/: ".*$/s, '')
  if (error instanceof SyntaxError) return error.message.replace(/["'`].*$/s, '…')
  return error.message
}

/** The frames alone: the first lines repeat the message, which may quote data. */
function stackOf(error: Error): string {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return lines.slice(0, 12).join('\n')
}

function isPlainId(text: string): boolean {
  return text.length <= 40 && /^[\w:.-]+$/.test(text)
}

function looksRandom(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word)
}

function snake(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase()
}
