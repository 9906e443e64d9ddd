import type { Json } from '../json.ts'
import { type Exact, type ExactText, isExactObject, readExact, storableOf } from './exact.ts'
import { type FieldName, type FieldValue, fieldShapes, kindOf } from './fields/fields.ts'
import { type Part, type RawPart, Reading, rawParts, withParts } from './part.ts'
import { type ChangeRoute, routeOf } from './route.ts'
import { list, nothing, object, type Shape, type ShapeValue, text, timeNumber } from './shape.ts'

/**
 * One change of a webhook body. `kind` says what `value` is: every member in Meta's own words, times as dates, ids as texts with
 * every digit. What `value` does not say because nobody here knows it is in `unknown`, and nothing else is.
 */
export type ParsedChange = ChangeOrigin & ChangeReading

export interface ChangeOrigin {
  /** Meta's WABA id, or a portfolio id for partner events; empty when there was none. */
  entryId: string
  /** When Meta sent the notification; message-like fields have none. */
  entryTime?: Date
  /** Meta's field; empty when there was none. */
  field: string
  /** The change as it came: a view into the body's bytes, from its first brace to its last. */
  raw: Uint8Array
  /** Its value as JSON that a store takes, unknown members included: U+0000 as U+FFFD, numbers beyond 2^53 as text. */
  json: Json
  route: ChangeRoute
  /** Each part that was not understood, with its path from the change on. */
  unknown: readonly RawPart[]
  /** All that the value does not say by itself, other spellings included: for {@link writeChange}. */
  parts: readonly Part[]
}

export type ChangeReading =
  | { [F in FieldName]: { kind: F; value: FieldValue<F> } }[FieldName]
  /** An entry that lists no changes: with "include values" off it says only the names of what changed. */
  | { kind: 'entry'; value: EntryValue }
  /** A field that nobody here knows, or a value of another shape than its field's. */
  | { kind: 'unknown' }
  /** These bytes are not JSON, or nested beyond reason. They are kept, and shown. */
  | { kind: 'unreadable'; reason: string }

/** An entry without its changes. */
export const entryShape = object({
  id: text,
  time: timeNumber,
  uid: text,
  changed_fields: list(text),
  changes: nothing,
})
export type EntryValue = ShapeValue<typeof entryShape>

/** Deeper than any change of Meta's; reading, and what others do with values, recurses as deep as they do. */
const depthMax = 200

type Entry = Pick<ChangeOrigin, 'entryId' | 'entryTime'>

/** `depth`: how deep the bytes nest. */
export function changeOf(raw: Uint8Array, depth: number, entry: Entry): ParsedChange {
  if (depth > depthMax) return unreadable(raw, entry, 'nested too deep')
  let text: ExactText
  try {
    text = readExact(raw)
  } catch {
    return unreadable(raw, entry, 'not JSON')
  }
  return read(text, raw, entry)
}

function unreadable(raw: Uint8Array, entry: Entry, reason: string): ParsedChange {
  const route = { wabaId: entry.entryId }
  return { ...entry, field: '', raw, json: null, route, unknown: [], parts: [], kind: 'unreadable', reason }
}

function read(whole: ExactText, raw: Uint8Array, entry: Entry): ParsedChange {
  const { json, isPlain } = whole
  const reading = new Reading(isPlain)
  const { parts } = reading
  const origin = (field: string, value: Exact): ChangeOrigin => ({
    ...entry,
    field,
    raw,
    json: storableOf({ json: value, isPlain }),
    route: routeOf(value, entry.entryId),
    unknown: rawParts(parts),
    parts,
  })
  if (!isExactObject(json)) {
    reading.left(json)
    return { ...origin('', json), kind: 'unknown' }
  }
  if (!Object.hasOwn(json, 'value') && !Object.hasOwn(json, 'field')) {
    const value = entryShape.read(json, reading) ?? {}
    return { ...origin('', json), kind: 'entry', value }
  }
  const { field: word, value: inner, ...others } = json
  const field = (word !== undefined && at(reading, 'field', word, text)) || ''
  // To us the same as none.
  if (word === '') reading.parts.push({ path: ['field'], json: '', understood: true, absent: true })
  for (const [key, member] of Object.entries(others)) at(reading, key, member, unknownMember)
  const kind = kindOf(field, inner)
  const value = inner === undefined ? undefined : at(reading, 'value', inner, shapeOf(kind))
  const known = value === undefined ? { kind: 'unknown' } : { kind, value }
  return { ...origin(field, inner ?? null), ...known } as ParsedChange
}

const unknownMember: Shape<never> = {
  read: (json, reading) => reading.left(json, false),
  write: () => null,
}
const shapeOf = (kind: FieldName | undefined): Shape<unknown> =>
  kind === undefined ? unknownMember : fieldShapes[kind]

function at<T>(reading: Reading, key: string, json: Exact, shape: Shape<T>): T | undefined {
  reading.path.push(key)
  const value = shape.read(json, reading)
  reading.path.pop()
  return value
}

/** The JSON of a change again, from its typed value and its parts. Of one that is unreadable there are only the bytes: null. */
export function writeChange(change: ParsedChange): Exact {
  return withParts(written(change), change.parts)
}

function written(change: ParsedChange): Exact {
  if (change.kind === 'unreadable') return null
  if (change.kind === 'entry') return entryShape.write(change.value)
  const around = change.field === '' ? {} : { field: change.field }
  if (change.kind === 'unknown') return around
  return { ...around, value: shapeOf(change.kind).write(change.value) }
}
