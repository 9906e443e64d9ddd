import { type ParsedChange, parseChange, parseWebhook } from '@palomar/cloud-api'
import { type Uuid, uuidOfFact } from '@palomar/contracts'
import type { RouteKey } from './route.ts'

/** One signed change of a webhook body; or a whole body, when it could not be parsed. */
export interface IncomingChange {
  /** app_… whose secret verified the body. */
  appId: string
  /** When the gateway had the body. */
  receivedAt: Date
  /** When WEBHOOKS had it. */
  webhookAt: Date
  entryId: string
  entryTime: Date | undefined
  field: string
  /** Meta's bytes: the change, or the body. */
  raw: Uint8Array
  /** Undefined for a body that could not be parsed. */
  parsed: ParsedChange | undefined
  key: RouteKey | undefined
  /** Why it cannot be read; empty when it can. */
  reason: string
}

export interface SignedBody {
  appId: string
  receivedAt: Date
  webhookAt: Date
  bytes: Uint8Array
}

/** Every change of a body. Never throws: what does not parse is one entry with its reason. */
export function changesOf(body: SignedBody): IncomingChange[] {
  const result = parseWebhook(body.bytes)
  if (!result.ok) return [unparsedBody(body, result.reason)]
  if (result.changes.length === 0) return [unparsedBody(body, 'no_changes')]
  return result.changes.map((parsed) => incomingOf(parsed, body))
}

type Arrival = Omit<SignedBody, 'bytes'>

/** A change that was kept, read again from its bytes: they stand for it, its id and its events stay the same. */
export function changeAgain(
  raw: Uint8Array,
  entry: { entryId: string; entryTime?: Date },
  arrival: Arrival,
): IncomingChange {
  return incomingOf(parseChange(raw, entry), arrival)
}

function incomingOf(parsed: ParsedChange, { appId, receivedAt, webhookAt }: Arrival): IncomingChange {
  return {
    appId,
    receivedAt,
    webhookAt,
    entryId: parsed.entryId,
    entryTime: parsed.entryTime,
    field: parsed.field,
    raw: parsed.raw,
    parsed,
    key: keyOf(parsed),
    reason: reasonOf(parsed),
  }
}

function reasonOf(change: ParsedChange): string {
  if (change.kind === 'unreadable') return change.reason
  return change.field === '' ? 'it says no field' : ''
}

function unparsedBody(body: SignedBody, reason: string): IncomingChange {
  const { appId, receivedAt, webhookAt, bytes } = body
  return {
    appId,
    receivedAt,
    webhookAt,
    entryId: '',
    entryTime: undefined,
    field: '',
    raw: bytes,
    parsed: undefined,
    key: undefined,
    reason,
  }
}

/**
 * The change's own id, from the fact: the same change in a retry, whatever stands beside it, is the same row. The app
 * is part of it, so that one app's forgery never stands in another app's way.
 */
export function idOfChange({ appId, entryId, entryTime, raw }: IncomingChange): Uuid {
  const time = entryTime === undefined ? '' : String(entryTime.getTime())
  // latin1 maps bytes to characters one to one: the hash sees the bytes as they came.
  return uuidOfFact('change', appId, entryId, time, Buffer.from(raw).toString('latin1'))
}

/** The number a change speaks of, or its account. */
function keyOf({ route: { phoneNumberId = '', wabaId } }: ParsedChange): RouteKey | undefined {
  return phoneNumberId === '' && wabaId === '' ? undefined : { phoneNumberId, wabaId }
}
