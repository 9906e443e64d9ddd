import type { Settings } from '../settings.ts'
import { metaJson } from './escape.ts'
import type { Value } from './values.ts'

/** One change of one WABA, ready to go. */
export interface Change {
  wabaId: string
  field: string
  value: Value
  /** Unix seconds; only account and template fields have it. */
  time?: number
  /** Large: it goes in a body of its own. */
  isAlone?: boolean
}

interface Body {
  body: Uint8Array<ArrayBuffer>
  changes: number
}

/** Source: Meta, "Create a webhook endpoint". */
const bodyBytesMax = 3 * 1024 * 1024

const utf8 = new TextEncoder()

/** As few bodies as the settings and Meta's 3 MB allow; one change alone may be larger. */
export function* bodiesOf(queue: readonly Change[], settings: Settings): Generator<Body> {
  for (const changes of together(queue, settings.webhookChangesMax)) yield* fitting(changes, settings)
}

/** Which changes travel together: up to `max`, in their order. */
function together(queue: readonly Change[], max: number): Change[][] {
  const bodies: Change[][] = []
  let open: Change[] = []
  for (const change of queue) {
    if (change.isAlone) bodies.push([change])
    else if (open.length > 0 && open.length < max) open.push(change)
    else {
      open = [change]
      bodies.push(open)
    }
  }
  return bodies
}

function* fitting(changes: readonly Change[], settings: Settings): Generator<Body> {
  const body = { object: 'whatsapp_business_account', entry: entriesOf(changes) }
  const bytes = utf8.encode(settings.webhookEscapes ? metaJson(body) : JSON.stringify(body))
  if (bytes.length <= bodyBytesMax || changes.length === 1) {
    yield { body: bytes, changes: changes.length }
    return
  }
  const half = changes.length >> 1
  yield* fitting(changes.slice(0, half), settings)
  yield* fitting(changes.slice(half), settings)
}

/** Changes of one account that were made together share an entry. */
function entriesOf(changes: readonly Change[]): unknown[] {
  const entries = new Map<string, { id: string; time?: number; changes: { field: string; value: Value }[] }>()
  for (const { wabaId, field, value, time } of changes) {
    const key = `${wabaId} ${time ?? ''}`
    const entry = entries.get(key) ?? { id: wabaId, ...(time === undefined ? {} : { time }), changes: [] }
    entry.changes.push({ value, field } as { field: string; value: Value })
    entries.set(key, entry)
  }
  return [...entries.values()]
}
