import type { inboxV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { findConversation } from '../db/conversations.ts'
import { withMedia } from '../db/media.ts'
import { messagesPage } from '../db/messages.ts'
import { decodeTimeCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { messageOf } from '../domain/resources.ts'
import { filterId, idOr404, invalid, notFound, type RpcDeps, tenantUuid } from './deps.ts'

const directions = ['', 'inbound', 'outbound']

export function listMessages({
  db,
}: RpcDeps): Handler<inboxV1.ListMessagesRequest, inboxV1.ListMessagesResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    if (!directions.includes(request.direction))
      throw invalid('direction', 'direction is inbound or outbound.')
    const limit = limitOf(request.page?.limit)
    const after = decodeTimeCursor(request.page?.cursor)
    const conversation = request.conversationId ? idOr404('conversation', request.conversationId) : undefined
    const numberId = filterId('number', request.numberId, 'number_id')
    return db.forTenant(
      tenantId,
      async (tx) => {
        const conversationId = conversation && (await follow(tx, tenantId, conversation))
        const filter = { conversationId, numberId, direction: request.direction, state: request.state }
        const rows = await withMedia(tx, await messagesPage(tx, tenantId, filter, after, limit))
        const last = rows.length === limit ? rows.at(-1) : undefined
        return {
          messages: rows.map(messageOf),
          nextCursor: last?.at ? encodeCursor([last.at.toISOString(), last.sortKey]) : '',
        }
      },
      { readOnly: true },
    )
  }
}

/** One that was merged away answers with the messages where they are now. */
async function follow(tx: Tx, tenantId: string, id: string): Promise<string> {
  const row = await findConversation(tx, tenantId, id)
  if (!row) throw notFound()
  return row.id
}
