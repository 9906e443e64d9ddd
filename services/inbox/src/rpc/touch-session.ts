import type { inboxV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findSession, touchSession as touch } from '../db/sessions.ts'
import { sessionOf } from '../domain/resources.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

export function touchSession({ db }: RpcDeps): Handler<inboxV1.TouchSessionRequest, inboxV1.Session> {
  return async (request, call) => {
    const tenantId = tenantUuid(call, request.tenantId)
    const id = idOr404('session', request.id)
    const row = await db.forTenant(tenantId, async (tx) =>
      (await touch(tx, tenantId, id)) ? findSession(tx, tenantId, { id }) : undefined,
    )
    if (!row) throw notFound()
    return sessionOf(row)
  }
}
