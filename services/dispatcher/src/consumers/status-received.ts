import { type ingestEventsV1, parseId, uuidOf } from '@palomar/contracts'
import type { Fact, MetaError, StatusWord } from '../domain/attempt.ts'

/** A status that moves an attempt. `played` is read with the ears. */
const words: Record<string, StatusWord> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}

export type StatusFact = Extract<Fact, { kind: 'status' }>

/** Undefined for a word we do not know: it says nothing about how far the message came. */
export function statusFact(status: ingestEventsV1.StatusReceived, time: Date): StatusFact | undefined {
  const word = words[status.status]
  if (!word) return undefined
  const [error] = status.errors
  return {
    kind: 'status',
    at: time,
    status: word,
    wamid: status.wamid,
    waId: status.recipient?.waId || null,
    error: word === 'failed' ? (error ?? noReason) : null,
    pricing: status.pricing ?? null,
  }
}

/** Meta's failed status without an error says only that it failed. */
const noReason: MetaError = { code: 0, title: '', details: '', href: '' }

export interface StatusPlace {
  tenantId: string
  numberId: string
}

/** The uuids of the tenant and number a status is for; undefined when the event names none. */
export function placeOf(
  tenantId: string | undefined,
  number: ingestEventsV1.NumberRef | undefined,
): StatusPlace | undefined {
  const tenant = parseId('tenant', tenantId ?? '')
  const ours = parseId('number', number?.numberId ?? '')
  return tenant && ours && { tenantId: uuidOf(tenant), numberId: uuidOf(ours) }
}
