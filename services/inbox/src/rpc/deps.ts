import { type IdKind, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { Clock } from '@palomar/runtime'

export interface RpcDeps {
  db: Db
  clock: Clock
}

/** The tenant a call is about, as rows have it. */
export function tenantUuid(call: CallContext, named?: string): Uuid {
  const id = parseId('tenant', tenantOf(call.caller, named))
  if (!id) throw invalid('tenant_id', 'The company id is not well formed.')
  return uuidOf(id)
}

/** A malformed id is one that nobody has: the same answer as for a foreign or a missing one. */
export function idOr404(kind: IdKind, text: string): Uuid {
  const id = parseId(kind, text)
  if (!id) throw notFound()
  return uuidOf(id)
}

/** A filter: absent when empty, refused when malformed. */
export function filterId(kind: IdKind, text: string, path: string): Uuid | undefined {
  if (!text) return undefined
  const id = parseId(kind, text)
  if (!id) throw invalid(path, `${path} is not well formed.`)
  return uuidOf(id)
}

export function notFound() {
  return appError('not_found')
}

export function invalid(path: string, detail: string) {
  return appError('validation_failed', { detail, fields: [{ path, code: 'invalid', detail }] })
}
