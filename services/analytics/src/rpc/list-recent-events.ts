import { type analyticsV1, type IdKind, idFromUuid } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { type RecentEventRow, recentPage } from '../db/recent-events.ts'
import { decodeCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { filterId, type RpcDeps, tenantUuid } from './deps.ts'

export function listRecentEvents({
  db,
}: RpcDeps): Handler<analyticsV1.ListRecentEventsRequest, analyticsV1.ListRecentEventsResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const limit = limitOf(request.limit)
    const after = decodeCursor(request.cursor)
    const numberId = filterId('number', request.numberId, 'number_id')
    const rows = await db.forTenant(
      tenantId,
      async (tx) => [...(await recentPage(tx, tenantId, numberId, after, limit))],
      { readOnly: true },
    )
    const last = rows.length === limit ? rows.at(-1) : undefined
    return { events: rows.map(eventOf), nextCursor: last ? encodeCursor(last) : '' }
  }
}

function eventOf(row: RecentEventRow): analyticsV1.RecentEvent {
  const id = (kind: IdKind, uuid: string | null) => (uuid ? idFromUuid(kind, uuid) : '')
  return {
    id: idFromUuid('event', row.id),
    at: row.at,
    kind: row.kind,
    numberId: id('number', row.numberId),
    messageId: id('message', row.messageId),
    conversationId: id('conversation', row.conversationId),
    detailJson: JSON.stringify(row.detail),
  }
}
