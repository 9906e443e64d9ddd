import { type Exact, type ExactObject, isExactObject, parseExact } from '../src/webhook/exact.ts'

/** What a file holds: one JSON value, a list of them, or one a line. Undefined when it is none of these. */
export function valuesIn(bytes: Uint8Array): Exact[] | undefined {
  const whole = tryParse(bytes)
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole]
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '')
  const values = lines.map((line) => tryParse(new TextEncoder().encode(line)))
  const all = values.filter((value): value is Exact => value !== undefined)
  return all.length === lines.length && all.length > 1 ? all : undefined
}

function tryParse(bytes: Uint8Array): Exact | undefined {
  try {
    return parseExact(bytes)
  } catch {
    return undefined
  }
}

/** A webhook body around what is only a part of one: an entry, a change, a value, a message, a status. */
export function wrapped(value: Exact): Exact {
  if (!isExactObject(value)) return value
  if (Array.isArray(value.entry)) return { object: 'whatsapp_business_account', ...value }
  if (value.object !== undefined) return value
  if (Array.isArray(value.changes)) return body(value)
  if (typeof value.field === 'string' && 'value' in value) return body({ changes: [value] })
  const inner = messagesValue(value)
  return inner === undefined ? value : body({ changes: [{ field: 'messages', value: inner }] })
}

const body = (entry: ExactObject): ExactObject => ({ object: 'whatsapp_business_account', entry: [entry] })

function messagesValue(value: ExactObject): ExactObject | undefined {
  if (Array.isArray(value.messages) || Array.isArray(value.statuses)) return value
  if (typeof value.id !== 'string') return undefined
  if (typeof value.status === 'string') return { statuses: [value] }
  return typeof value.type === 'string' && 'from' in value ? { messages: [value] } : undefined
}
