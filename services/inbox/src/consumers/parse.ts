import { type eventsV1, type IdKind, type ingestEventsV1, parseId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'

/** An event that cannot be what it says it is: a dead letter, never a retry. */
export function unreadable(reason: string) {
  return appError('validation_failed', { internal: reason })
}

/** The uuid of a TypeID in an event. */
export function uuid(kind: IdKind, text: string | undefined, name: string): string {
  const id = parseId(kind, text ?? '')
  if (!id) throw unreadable(`${name} is no id of a ${kind}`)
  return uuidOf(id)
}

export function optionalUuid(kind: IdKind, text: string, name: string): string | undefined {
  return text ? uuid(kind, text, name) : undefined
}

export function instant(time: Date | undefined, name: string): Date {
  if (!time || Number.isNaN(time.getTime())) throw unreadable(`${name} is no time`)
  return time
}

export interface Place {
  tenantId: string
  numberId: string
  portfolioId: string
}

/** The tenant and number an event of ingest belongs to. */
export function placeOf(
  header: eventsV1.EventHeader | undefined,
  number: ingestEventsV1.NumberRef | undefined,
): Place {
  return {
    tenantId: uuid('tenant', header?.tenantId, 'tenant_id'),
    numberId: uuid('number', number?.numberId, 'number_id'),
    portfolioId: number?.portfolioId ?? '',
  }
}
