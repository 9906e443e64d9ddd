import { parseWebhook, type UnparsedReason } from '../webhook/parse.ts'
import { Scanner } from '../webhook/scan.ts'
import { change, changedFields, type WireChange } from './change.ts'
import { type Exact, isExactObject, parseExact } from './exact.ts'
import { type Part, pointerOf, withParts } from './part.ts'
import { list, object, type ShapeValue, text, timeNumber } from './shape.ts'

const envelope = object({
  object: text,
  entry: list(
    object({ id: text, time: timeNumber, changes: list(change), changed_fields: list(text), uid: text }),
  ),
})
/** A whole body, typed. */
export type WireWebhook = ShapeValue<typeof envelope>

/** What was not understood, and where: a JSON pointer. */
export interface RawPart {
  path: string
  json: Exact
}

export type ChangeReading = (WireChange | { kind: 'unreadable'; field: ''; reason: string }) & {
  entryId: string
  entryTime?: Date
  /** The change's own bytes: a view into the body's. */
  raw: Uint8Array
  /** Paths from the change on. */
  unknown: RawPart[]
}

export type WebhookReading =
  | {
      ok: true
      changes: ChangeReading[]
      /** Undefined when a change is unreadable: then there are the bytes. */
      body?: WireWebhook
      /** Everything that `body` does not say by itself, in order. */
      parts: Part[]
      /** What was not understood outside of the changes. */
      unknown: RawPart[]
    }
  | { ok: false; reason: UnparsedReason }

/** Deeper than any body of Meta's; reading recurses as deep as a body does. */
const depthMax = 200

/**
 * Everything that a body says, in Meta's own words with typed values: times are dates, ids texts with every digit. Never
 * throws; what is not understood is in `unknown` with its raw JSON, and each change has its bytes. For what messages and
 * statuses mean, and on the hot path, see `parseWebhook`.
 */
export function readWebhook(bytes: Uint8Array): WebhookReading {
  const parsed = parseWebhook(bytes)
  if (!parsed.ok) return parsed
  const whole = exactOf(bytes)
  const parts: Part[] = []
  const body = whole === undefined ? undefined : envelope.read(whole, [], parts)
  const unknown = parts.filter(({ path, understood }) => !understood && path[2] !== 'changes').map(rawPart)
  const changes = parsed.changes.map(({ raw, entryId, entryTime, value }): ChangeReading => {
    const common = { entryId, ...(entryTime ? { entryTime } : {}), raw }
    if (value.kind === 'unreadable')
      return { kind: 'unreadable', field: '', reason: value.reason, unknown: [], ...common }
    return { ...readChange(raw), ...common }
  })
  return { ok: true, changes, parts, unknown, ...(body === undefined ? {} : { body }) }
}

/** One change by itself, from the bytes that were kept of it. */
export function readChange(raw: Uint8Array): WireChange & { unknown: RawPart[] } {
  const parts: Part[] = []
  const json = exactOf(raw)
  const read = json === undefined ? undefined : readJson(json, parts)
  const unknown = parts.filter(({ understood }) => !understood).map(rawPart)
  return { ...(read ?? { kind: 'unknown', field: '' }), unknown }
}

function readJson(json: Exact, parts: Part[]): WireChange | undefined {
  const isEntry = isExactObject(json) && 'changed_fields' in json && !('value' in json)
  if (!isEntry) return change.read(json, [], parts)
  return {
    kind: 'changed_fields',
    field: '',
    value: changedFields.read(json, [], parts)?.changed_fields ?? [],
  }
}

/** The body again, as JSON that says the same. */
export const writeWebhook = (body: WireWebhook, parts: readonly Part[]): Exact =>
  withParts(envelope.write(body), parts)

const rawPart = ({ path, json }: Part): RawPart => ({ path: pointerOf(path), json })

function exactOf(bytes: Uint8Array): Exact | undefined {
  try {
    const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    const scanner = new Scanner(bytes, hasMark ? 3 : 0)
    scanner.skipSpace()
    scanner.skipValue()
    return scanner.depth > depthMax ? undefined : parseExact(hasMark ? bytes.subarray(3) : bytes)
  } catch {
    return undefined
  }
}
