/** Whom a request is about, and what it names. A foreign id must answer exactly as a missing one does. */
import { type IdKind, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import type { Scope } from '../db/scope.ts'
import { type TenantRow, tenantRow } from '../db/tenants.ts'
import { type Keyset, keysetOf } from '../domain/cursor.ts'

/** The tenant this call works in: the caller's own, or the one that a platform admin or a service names. */
export function targetTenant(call: CallContext, named = ''): Uuid {
  return uuidNamed('tenant', tenantOf(call.caller, named))
}

/** The uuid of an id in a request; `not_found` when it is none, as for one that is nobody's. */
export function uuidNamed(kind: IdKind, text: string): Uuid {
  const id = parseId(kind, text)
  if (!id) throw appError('not_found')
  return uuidOf(id)
}

/** The same for an id that a request refers to beside what it is about. */
export function uuidField(kind: IdKind, path: string, text: string): Uuid {
  const id = parseId(kind, text)
  if (!id) throw noSuch(path)
  return uuidOf(id)
}

export function noSuch(path: string) {
  return appError('validation_failed', {
    fields: [{ path, code: 'not_found', detail: 'There is nothing under this id.' }],
  })
}

/** The tenant row, or `not_found`: a platform admin may name one that is gone. See {@link tenantRow} for the lock. */
export async function existing(scope: Scope, lock?: 'share' | 'update'): Promise<TenantRow> {
  const row = await tenantRow(scope, lock)
  if (!row) throw appError('not_found')
  return row
}

export function actorOf({ caller }: CallContext): string {
  if (caller.kind === 'tenant') return caller.actorId
  return caller.kind === 'service' ? caller.service : ''
}

export function roleOf({ caller }: CallContext): string {
  return caller.kind === 'tenant' ? caller.role : ''
}

export function keyset(page: { limit: number; cursor: string } | undefined): Keyset {
  const found = keysetOf(page)
  if (!found) {
    throw appError('validation_failed', {
      fields: [{ path: 'cursor', code: 'invalid', detail: 'Use the next_cursor of the page before.' }],
    })
  }
  return found
}
