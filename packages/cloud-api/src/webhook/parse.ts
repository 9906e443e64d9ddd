import { changeOf, type EntryValue, entryShape, type ParsedChange, writeChange } from './change.ts'
import { type Exact, type ExactObject, readExact } from './exact.ts'
import { type Part, type RawPart, Reading, rawParts, setOwn, withParts } from './part.ts'
import { type Range, Scanner } from './scan.ts'

export type ParsedWebhook = Webhook | { ok: false; reason: UnparsedReason }

export interface Webhook {
  ok: true
  /** Every change of every entry, in order. */
  changes: ParsedChange[]
  /** What was not understood outside of the changes. */
  unknown: readonly RawPart[]
  entries: WebhookEntry[]
  /** As of a change: what the entries do not say by themselves. */
  parts: readonly Part[]
}

/** `value` is undefined of an entry that lists no changes: it is itself its only change. */
export interface WebhookEntry {
  value: EntryValue | undefined
  changes: ParsedChange[]
}

/** `other_object`: of another product of Meta's that shares the URL. */
export type UnparsedReason = 'empty' | 'not_json' | 'not_an_object' | 'other_object' | 'no_entries'

const objectName = 'whatsapp_business_account'

/**
 * All of a webhook body. Never throws: a body that cannot be read says why, a change that cannot be read is `unreadable` among
 * its good neighbours, and an entry that lists no changes is a change of its own with all its bytes.
 * `pages.webhooks`
 */
export function parseWebhook(bytes: Uint8Array): ParsedWebhook {
  const scanner = new Scanner(bytes, hasByteOrderMark(bytes) ? 3 : 0)
  scanner.skipSpace()
  if (scanner.at >= bytes.length) return { ok: false, reason: 'empty' }
  try {
    return parseBody(scanner)
  } catch {
    return { ok: false, reason: 'not_json' }
  }
}

/** One change by itself, from the bytes that were kept of it, and what was kept of its entry. */
export function parseChange(raw: Uint8Array, entry: { entryId: string; entryTime?: Date }): ParsedChange {
  const scanner = new Scanner(raw)
  try {
    scanner.skipSpace()
    scanner.skipValue()
  } catch {
    // Not JSON either way.
  }
  return changeOf(raw, scanner.depth, entry)
}

/** The body again, as JSON that says the same. A change that is unreadable is null in it: of that there are only the bytes. */
export function writeWebhook({ entries, parts }: Webhook): Exact {
  const entry = entries.map(({ value, changes }): Exact => {
    const written = changes.map(writeChange)
    return value === undefined ? (written[0] ?? null) : { ...entryShape.write(value), changes: written }
  })
  return withParts({ object: objectName, entry }, parts)
}

const hasByteOrderMark = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

function parseBody(scanner: Scanner): ParsedWebhook {
  const { bytes } = scanner
  if (!scanner.isObject) {
    const { start, end } = scanner.skipValue()
    readExact(bytes.subarray(start, end))
    return { ok: false, reason: 'not_an_object' }
  }
  let object: Exact = null
  let scanned: ScannedEntry[] | undefined
  const around: ExactObject = {}
  scanner.eachMember((key) => {
    // A key that comes twice takes nothing away from what came first.
    if (key === 'entry' && scanner.isArray) scanned = [...(scanned ?? []), ...scanEntries(scanner)]
    else if (key === 'object') object = jsonAt(bytes, scanner.skipValue()) ?? null
    else keep(around, key, jsonAt(bytes, scanner.skipValue()))
  })
  scanner.skipSpace()
  if (scanner.at < bytes.length) return { ok: false, reason: 'not_json' }
  if (object !== objectName) return { ok: false, reason: 'other_object' }
  if (scanned === undefined) return { ok: false, reason: 'no_entries' }
  return webhookOf(bytes, scanned, around)
}

function webhookOf(bytes: Uint8Array, scanned: readonly ScannedEntry[], around: ExactObject): Webhook {
  const reading = new Reading(false)
  for (const [key, json] of Object.entries(around)) {
    reading.path.push(key)
    reading.left(json, false)
    reading.path.pop()
  }
  const entries = scanned.map((entry, i) => {
    reading.path.push('entry', i)
    const read = entryOf(bytes, entry, reading)
    reading.path.length = 0
    return read
  })
  const { parts } = reading
  const changes =
    entries.length === 1 && entries[0] ? entries[0].changes : entries.flatMap((entry) => entry.changes)
  return { ok: true, changes, unknown: rawParts(parts), entries, parts }
}

function entryOf(
  bytes: Uint8Array,
  { range, depth, own, changes }: ScannedEntry,
  reading: Reading,
): WebhookEntry {
  // Of an entry that is a change by itself, the change has the parts.
  const value = entryShape.read(own, changes ? reading : new Reading(false)) ?? {}
  const { id = '', time } = value
  const entry = time === undefined ? { entryId: id } : { entryId: id, entryTime: time }
  const listed = changes ?? [{ range, depth }]
  return {
    value: changes && value,
    changes: listed.map((one) => changeOf(bytes.subarray(one.range.start, one.range.end), one.depth, entry)),
  }
}

interface ScannedEntry {
  range: Range
  depth: number
  /** Its members but for a list of changes. */
  own: ExactObject
  /** Undefined when `changes` is missing or no list. */
  changes: { range: Range; depth: number }[] | undefined
}

function scanEntries(scanner: Scanner): ScannedEntry[] {
  const entries: ScannedEntry[] = []
  scanner.eachItem(() => {
    const start = scanner.at
    const entry: ScannedEntry = { range: { start, end: start }, depth: 0, own: {}, changes: undefined }
    if (scanner.isObject) scanner.eachMember((key) => scanMember(scanner, key, entry))
    else {
      scanner.skipValue()
      entry.depth = scanner.depth
    }
    entry.range.end = scanner.at
    entries.push(entry)
  })
  return entries
}

function scanMember(scanner: Scanner, key: string, entry: ScannedEntry): void {
  if (key === 'changes' && scanner.isArray) {
    entry.changes ??= []
    const { changes } = entry
    scanner.eachItem(() => void changes.push({ range: scanner.skipValue(), depth: scanner.depth }))
    return
  }
  const range = scanner.skipValue()
  // With "include values" off Graph sends changed_fields; other products send messaging. Kept whole.
  entry.depth = Math.max(entry.depth, scanner.depth + 1)
  keep(entry.own, key, jsonAt(scanner.bytes, range))
}

function keep(object: ExactObject, key: string, json: Exact | undefined): void {
  if (json !== undefined) setOwn(object, key, json)
}

/** Undefined when the bytes only look like JSON. */
function jsonAt(bytes: Uint8Array, { start, end }: Range): Exact | undefined {
  try {
    return readExact(bytes.subarray(start, end)).json
  } catch {
    return undefined
  }
}
