import type { Blob } from '@palomar/blob'
import { type IdKind, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { Clock } from '@palomar/runtime'
import type { Resolve } from '../meta/resolve.ts'

export interface RpcDeps {
  db: Db
  blob: Blob
  clock: Clock
  resolve: Resolve
  /** A signed address to PUT a new file's bytes at. */
  uploadUrl(key: { tenantId: string; id: string }, expires: number): string
  /** There is work. */
  rouse(): void
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

export function notFound() {
  return appError('not_found')
}

export function invalid(path: string, detail: string, code = 'invalid') {
  return appError('validation_failed', { detail, fields: [{ path, code, detail }] })
}
