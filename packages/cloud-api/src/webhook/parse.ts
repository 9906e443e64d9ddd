import { isObject, type Json, type JsonObject } from '../json.ts'
import type { ChangeRoute, ChangeValue, MessagesValue, ParsedChange } from './change.ts'
import { messageOf } from './message.ts'
import { errorsIn } from './meta-error.ts'
import { contactOf } from './person.ts'
import { readJson } from './read-json.ts'
import { type Range, Scanner } from './scan.ts'
import { statusOf } from './status.ts'
import { given, objectIn, objectsIn, textIn, timeIn, wordIn } from './value.ts'

export type ParsedWebhook = { ok: true; changes: ParsedChange[] } | { ok: false; reason: UnparsedReason }

/** `other_object`: of another product of Meta's that shares the URL. */
export type UnparsedReason = 'empty' | 'not_json' | 'not_an_object' | 'other_object' | 'no_entries'

/** Deeper than any real change; what we do with values may use the stack. */
const depthMax = 200

/**
 * Every change of a webhook body, in its order. Never throws: a body that cannot be read says why, a change that
 * cannot be read is `unreadable` among its good neighbours, and an entry that lists no changes is a change of its
 * own with all its bytes. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
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

const hasByteOrderMark = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

interface Entry {
  range: Range
  id: Json
  time: Json
  /** Undefined when `changes` is missing or no list. */
  changes: { range: Range; depth: number }[] | undefined
}

function parseBody(scanner: Scanner): ParsedWebhook {
  const { bytes } = scanner
  if (!scanner.isObject) {
    readJson(bytes, scanner.skipValue())
    return { ok: false, reason: 'not_an_object' }
  }
  let object: Json = null
  let entries: Entry[] | undefined
  scanner.eachMember((key) => {
    // A key that comes twice takes nothing away from what came first.
    if (key === 'entry' && scanner.isArray) entries = [...(entries ?? []), ...scanEntries(scanner)]
    else if (key === 'object') object = readJson(bytes, scanner.skipValue())
    else scanner.skipValue()
  })
  scanner.skipSpace()
  if (scanner.at < bytes.length) return { ok: false, reason: 'not_json' }
  if (object !== 'whatsapp_business_account') return { ok: false, reason: 'other_object' }
  if (entries === undefined) return { ok: false, reason: 'no_entries' }
  return { ok: true, changes: (entries as Entry[]).flatMap((entry) => changesOf(bytes, entry)) }
}

function scanEntries(scanner: Scanner): Entry[] {
  const entries: Entry[] = []
  scanner.eachItem(() => {
    const start = scanner.at
    const entry: Entry = { range: { start, end: start }, id: null, time: null, changes: undefined }
    if (scanner.isObject) scanner.eachMember((key) => scanMember(scanner, key, entry))
    else scanner.skipValue()
    entry.range.end = scanner.at
    entries.push(entry)
  })
  return entries
}

function scanMember(scanner: Scanner, key: string, entry: Entry): void {
  if (key === 'changes' && scanner.isArray) {
    entry.changes ??= []
    const { changes } = entry
    scanner.eachItem(() => void changes.push({ range: scanner.skipValue(), depth: scanner.depth }))
    return
  }
  const range = scanner.skipValue()
  if (key === 'id') entry.id = tryJson(scanner.bytes, range)
  if (key === 'time') entry.time = tryJson(scanner.bytes, range)
}

function tryJson(bytes: Uint8Array, range: Range): Json {
  try {
    return readJson(bytes, range)
  } catch {
    return null
  }
}

function changesOf(bytes: Uint8Array, entry: Entry): ParsedChange[] {
  const entryId = wordIn(entry.id) ?? ''
  const origin = { entryId, ...given('entryTime', timeIn(entry.time)) }
  // With "include values" off Graph sends changed_fields; other products send messaging. Kept whole.
  const ranges = entry.changes ?? [{ range: entry.range, depth: 0 }]
  return ranges.map(({ range, depth }) => {
    const raw = bytes.subarray(range.start, range.end)
    const unreadable = (reason: string): ParsedChange => ({
      ...origin,
      field: '',
      raw,
      route: { wabaId: entryId },
      value: { kind: 'unreadable', reason },
    })
    if (depth > depthMax) return unreadable('nested too deep')
    try {
      return changeOf(readJson(bytes, range), raw, origin)
    } catch {
      return unreadable('not JSON')
    }
  })
}

function changeOf(json: Json, raw: Uint8Array, origin: { entryId: string; entryTime?: Date }): ParsedChange {
  const change = objectIn(json)
  const field = textIn(change.field)
  const value = change.value ?? (isObject(json) && Object.hasOwn(json, 'field') ? null : json)
  return {
    ...origin,
    field,
    raw,
    route: routeOf(objectIn(value), origin.entryId),
    value: changeValueOf(field, value),
  }
}

function routeOf(value: JsonObject, wabaId: string): ChangeRoute {
  return {
    ...given('phoneNumberId', routingWord(value, 'phone_number_id')),
    ...given('displayPhoneNumber', routingWord(value, 'display_phone_number')),
    wabaId,
  }
}

/** Handovers name the number as recipient, account settings beside the settings, account fields at the top. */
function routingWord(value: JsonObject, key: string): string | undefined {
  return (
    wordIn(objectIn(value.metadata)[key]) ??
    wordIn(objectIn(value.recipient)[key]) ??
    wordIn(objectIn(value.phone_number_settings)[key]) ??
    wordIn(value[key])
  )
}

function changeValueOf(field: string, value: Json): ChangeValue {
  if (field !== 'messages' || !isObject(value)) return { kind: 'other', json: value }
  return messagesValue(value as JsonObject)
}

/** The lists of a message-like value. */
export function messagesValue(value: JsonObject): MessagesValue {
  const {
    messaging_product: _,
    metadata: metadataJson,
    contacts: contactsJson,
    messages,
    statuses,
    errors,
    ...rest
  } = value
  const metadata = objectIn(metadataJson)
  const contacts = objectsIn(contactsJson).map(contactOf)
  const nameless: JsonObject[] = []
  const named = <T>(list: Json | undefined, read: (item: JsonObject) => T | undefined): T[] =>
    objectsIn(list).flatMap((item) => {
      const one = read(item)
      if (one === undefined) nameless.push(item)
      return one ?? []
    })
  return {
    kind: 'messages',
    metadata: {
      phoneNumberId: textIn(metadata.phone_number_id),
      displayPhoneNumber: textIn(metadata.display_phone_number),
    },
    contacts,
    messages: named(messages, (item) => messageOf(item, contacts)),
    statuses: named(statuses, (item) => statusOf(item, contacts)),
    errors: errorsIn(errors),
    nameless,
    rest,
  }
}
