import { hash } from 'node:crypto'
import { fromUUID, parseTypeId, toUUID, typeidUnboxed } from 'typeid-js'
import { base32Of } from './id-text.ts'

/** Prefix of every id kind. Stored as uuid; the prefix exists at HTTP, gRPC, in events and in logs. */
export const idPrefixes = {
  tenant: 'ten',
  user: 'usr',
  session: 'ses',
  apiKey: 'key',
  portfolio: 'pfl',
  app: 'app',
  waba: 'wba',
  number: 'num',
  contact: 'con',
  conversation: 'cnv',
  message: 'msg',
  change: 'chg',
  media: 'med',
  notification: 'ntf',
  rule: 'rul',
  webhookEndpoint: 'whe',
  webhookDelivery: 'whd',
  event: 'evt',
  audit: 'aud',
  request: 'req',
} as const

export type IdKind = keyof typeof idPrefixes
/** A TypeID of one kind, such as `msg_01h…`. Made by {@link newId}, {@link idFromUuid} or {@link parseId} only. */
export type Id<K extends IdKind> = string & { readonly __id: K }
/** The 36-character form Postgres keeps. */
export type Uuid = string & { readonly __uuid: true }

/** A new UUIDv7-based id: sorts by creation time. */
export function newId<K extends IdKind>(kind: K): Id<K> {
  return typeidUnboxed(idPrefixes[kind]) as string as Id<K>
}

/** The same id with its prefix; `uuid` is trusted (it comes from our own column). */
export function idFromUuid<K extends IdKind>(kind: K, uuid: string): Id<K> {
  return fromUUID(uuid, idPrefixes[kind]) as string as Id<K>
}

/** The uuid inside; `id` is trusted (parsed at the edge). */
export function uuidOf(id: Id<IdKind>): Uuid {
  return toUUID(id as never) as Uuid
}

/** Parses text from outside. Undefined when it is not a well-formed id of that kind. */
export function parseId<K extends IdKind>(kind: K, text: string): Id<K> | undefined {
  try {
    const { prefix } = parseTypeId(text as never) as { prefix: string }
    if (prefix !== idPrefixes[kind]) return undefined
    toUUID(text as never)
    return text as Id<K>
  } catch {
    return undefined
  }
}

/**
 * The uuid of a fact, from the parts that make it that fact (CONTRACTS: event ids are derived). Parts are
 * length-prefixed, so ['ab','c'] and ['a','bc'] differ. Version 8 (custom) of RFC 9562.
 */
export function uuidOfFact(...parts: string[]): Uuid {
  const hex = bytesOfFact(parts).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Uuid
}

/** Types of a customer's message that bring a file. */
export const mediaTypes = ['image', 'video', 'audio', 'document', 'sticker'] as const

/**
 * The id of the file that a customer's message brings, from the uuid of the message: whoever hears of the message knows
 * it, before the file has come. Undefined for a type without file.
 */
export function mediaIdOfMessage(type: string, messageUuid: string): Id<'media'> | undefined {
  if (!(mediaTypes as readonly string[]).includes(type)) return undefined
  return idFromUuid('media', uuidOfFact('media', messageUuid))
}

/** An event id derived from its fact. */
export function eventIdOf(...parts: string[]): Id<'event'> {
  return `${idPrefixes.event}_${base32Of(bytesOfFact(parts))}` as Id<'event'>
}

function bytesOfFact(parts: readonly string[]): Buffer {
  let text = ''
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`
  const bytes = hash('sha256', text, 'buffer').subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes
}
