import type { inboxV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { sessionsPage } from '../db/sessions.ts'
import { decodeUuidCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { sessionOf } from '../domain/resources.ts'
import { filterId, type RpcDeps, tenantUuid } from './deps.ts'

export function listSessions({
  db,
}: RpcDeps): Handler<inboxV1.ListSessionsRequest, inboxV1.ListSessionsResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const numberId = filterId('number', request.numberId, 'number_id')
    const limit = limitOf(request.page?.limit)
    const after = decodeUuidCursor(request.page?.cursor)
    const rows = await db.forTenant(
      tenantId,
      async (tx) => [...(await sessionsPage(tx, tenantId, numberId, after, limit))],
      {
        readOnly: true,
      },
    )
    const last = rows.length === limit ? rows.at(-1) : undefined
    return {
      sessions: rows.map(sessionOf),
      nextCursor: last ? encodeCursor([last.updatedAt.toISOString(), last.id]) : '',
    }
  }
}
