import { type ParsedChange, parseWebhook, type RawPart, stringifyExact } from '../src/index.ts'
import { isObject } from '../src/json.ts'
import { valuesIn, wrapped } from './bodies.ts'

/** One line of JSON per message, status or other change of a file. Nothing of what people wrote is shown. */
export function parseLines(file: string, bytes: Uint8Array): string[] {
  const direct = parseWebhook(bytes)
  if (direct.ok) return linesOf(file, direct.changes, direct.unknown)
  // Not a whole body: perhaps a part of one, or several.
  const values = valuesIn(bytes)
  if (values === undefined) return [unparsed(file, direct.reason)]
  return values.flatMap((value) => {
    const read = parseWebhook(new TextEncoder().encode(stringifyExact(wrapped(value))))
    return read.ok ? linesOf(file, read.changes, read.unknown) : [unparsed(file, read.reason)]
  })
}

const unparsed = (file: string, reason: string) => JSON.stringify({ file, kind: 'unparsed', reason })

function linesOf(file: string, changes: readonly ParsedChange[], around: readonly RawPart[]): string[] {
  const lines = changes.flatMap((change) => changeLines(file, change))
  const [first] = lines
  // What nobody understands around the changes is said with the first of them.
  if (first && around.length > 0) first.unknown = [...paths(around), ...(first.unknown as string[])]
  return lines.map((line) => JSON.stringify(line))
}

const paths = (parts: readonly RawPart[]) => parts.map(({ path }) => path)

type Line = Record<string, unknown>

function changeLines(file: string, change: ParsedChange): Line[] {
  const { entryId, entryTime, field, kind } = change
  const base = { file, field, ...(entryId === '' ? {} : { waba_id: entryId }) }
  const time = entryTime ? { time: entryTime.toISOString() } : {}
  if (kind === 'unreadable') return [{ ...base, kind, reason: change.reason, unknown: [] }]
  const value = 'value' in change && isObject(change.value) ? change.value : {}
  const number = numberOf(value)
  const left = new Set(paths(change.unknown))
  const lines = itemsIn(value).map(({ path, kind: itemKind, item }) => {
    const own = [...left].filter((each) => each.startsWith(`${path}/`))
    for (const each of own) left.delete(each)
    return { ...base, kind: itemKind, ...number, ...shown(item), unknown: own }
  })
  if (lines.length === 0) return [{ ...base, kind, ...time, ...number, ...shown(value), unknown: [...left] }]
  // What belongs to no item is said with the first.
  const [first] = lines
  if (first) first.unknown = [...left, ...first.unknown]
  return lines
}

function numberOf(value: Line): Line {
  const { metadata, recipient, phone_number_settings: settings } = value
  for (const place of [metadata, recipient, settings])
    if (isObject(place) && place.phone_number_id !== undefined)
      return { phone_number_id: place.phone_number_id }
  return {}
}

/** The lists whose items stand for themselves. */
const itemKinds: Readonly<Record<string, string>> = {
  messages: 'message',
  message_echoes: 'echo',
  statuses: 'status',
  calls: 'call',
  errors: 'error',
  user_actions: 'user_action',
  user_preferences: 'user_preference',
  user_id_update: 'user_id_update',
  state_sync: 'state_sync',
  groups: 'group',
  automatic_events: 'automatic_event',
  events: 'tracking_event',
  messaging: 'echo',
}

interface Item {
  path: string
  kind: string
  item: Line
}

function itemsIn(value: Line, path = '/value'): Item[] {
  return Object.entries(value).flatMap(([key, list]) => {
    const here = `${path}/${key}`
    if (key === 'standby' && isObject(list)) return itemsIn(list, here)
    if ((key === 'history' || key === 'threads') && Array.isArray(list))
      return list.filter(isObject).flatMap((each, i) => itemsIn(each, `${here}/${i}`))
    const kind = Object.hasOwn(itemKinds, key) ? itemKinds[key] : undefined
    if (kind === undefined || !Array.isArray(list)) return []
    return list.filter(isObject).map((item, i) => ({ path: `${here}/${i}`, kind, item }))
  })
}

/** Words that say what it is, and ids that say which: never what somebody wrote. */
const words = ['type', 'status', 'event', 'action', 'value', 'decision', 'code', 'category', 'new_category']
const times = ['timestamp']
const isId = (key: string): boolean =>
  key === 'id' ||
  key.endsWith('_id') ||
  ['from', 'to', 'display_phone_number', 'message_template_name', 'message_template_language'].includes(key)
/** Objects whose ids are the item's. */
const holders = [
  'context',
  'reaction',
  'edit',
  'revoke',
  'system',
  'interactive',
  'waba_info',
  'contact',
  'recipient',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
]

function shown(item: Line): Line {
  const out: Line = {}
  const ids: Line = {}
  for (const key of words) if (isPlain(item[key])) out[key] = item[key]
  for (const key of times) if (item[key] instanceof Date) out[key] = item[key]
  collect(item, '', ids)
  for (const holder of holders) {
    const object = item[holder]
    if (!isObject(object)) continue
    collect(object, `${holder}.`, ids)
    if (holder === 'interactive' && isPlain(object.type)) out.interactive = object.type
    if (holder === 'system' && isPlain(object.type)) out.system = object.type
  }
  const errors = Array.isArray(item.errors) ? item.errors.filter(isObject).map(({ code }) => code) : []
  if (errors.length > 0) out.errors = errors
  return { ...out, ids }
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

function collect(object: Line, prefix: string, ids: Line): void {
  for (const [key, value] of Object.entries(object))
    if (isId(key) && isPlain(value)) ids[`${prefix}${key}`] = value
}
