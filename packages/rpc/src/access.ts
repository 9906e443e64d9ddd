/** Who may call a method: the proto options, as contracts hands them out. */

import type { RpcAccess } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Caller } from './caller.ts'

/** Throws `forbidden` unless the access option lets this caller in. */
export function checkAccess(access: RpcAccess, caller: Caller): void {
  if (access.public) return
  if (caller.kind === 'tenant') {
    if (access.permission !== '' && caller.permissions.has(access.permission)) return
    throw appError('forbidden', { internal: `${caller.actorId} lacks ${access.permission || 'any way in'}` })
  }
  if (caller.kind === 'service') {
    if (access.services.includes(caller.service)) return
    throw appError('forbidden', { internal: `service ${caller.service} is not listed` })
  }
  throw appError('unauthenticated')
}

/**
 * The tenant a request is about: a user's own; the one a platform admin or a service names. Naming another tenant
 * than one's own is `forbidden` to everyone else.
 */
export function tenantOf(caller: Caller, named = ''): string {
  if (caller.kind === 'tenant') {
    if (named === '' || named === caller.tenantId) return caller.tenantId
    if (caller.role === 'platform_admin') return named
    throw appError('forbidden', { internal: `${caller.actorId} named another tenant` })
  }
  if (caller.kind === 'service' && named !== '') return named
  throw appError('bad_request', {
    detail: 'tenant_id is required.',
    fields: [{ path: 'tenant_id', code: 'required', detail: 'Name the company.' }],
  })
}
