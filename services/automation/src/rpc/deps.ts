import { type IdKind, idFromUuid, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { SendDeps } from '../send-delivery.ts'

export interface RpcDeps extends SendDeps {
  allowPrivate: boolean
  /** From now on ingest passes on Meta's bytes of this company. Rejects when NATS is away. */
  announceBytes(tenantId: Uuid): Promise<void>
  onDeliveries(): void
}

/** The tenant a call is about, as rows have it. */
export function tenantUuid(call: CallContext): Uuid {
  const id = parseId('tenant', tenantOf(call.caller))
  if (!id) throw appError('bad_request', { detail: 'The company id is not well formed.' })
  return uuidOf(id)
}

/** A malformed id is one that nobody has: the same answer as for a foreign or a missing one. */
export function idOr404(kind: IdKind, text: string): Uuid {
  const id = parseId(kind, text)
  if (!id) throw notFound()
  return uuidOf(id)
}

export function notFound() {
  return appError('not_found')
}

/** Each number once, as rows have them. */
export function numberUuids(ids: readonly string[]): Uuid[] {
  const uuids = ids.map((text, at) => {
    const id = parseId('number', text)
    if (id) return uuidOf(id)
    const detail = 'This is not the id of a number.'
    throw appError('validation_failed', { fields: [{ path: `number_ids[${at}]`, code: 'invalid', detail }] })
  })
  return [...new Set(uuids)]
}

export const numberIds = (uuids: readonly string[]) => uuids.map((uuid) => idFromUuid('number', uuid))
