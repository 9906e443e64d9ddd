import { parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { CallContext } from '@palomar/rpc'

/** The company the caller acts in; undefined for a platform admin who acts in none. */
export function tenantOfCaller({ caller }: CallContext): Uuid | undefined {
  if (caller.kind !== 'tenant') throw appError('forbidden')
  const id = parseId('tenant', caller.tenantId)
  return id && uuidOf(id)
}

/** What no company owns is shown to those who run the platform, and to nobody else. */
export function seesUnrouted({ caller }: CallContext): boolean {
  return caller.kind === 'tenant' && caller.permissions.has('platform:operate')
}
