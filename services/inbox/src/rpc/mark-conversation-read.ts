import type { inboxV1 } from '@palomar/contracts'
import { insertLive, insertOutbox, rerunOnConflict } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { findConversation, markRead } from '../db/conversations.ts'
import { conversationChanged } from '../domain/facts.ts'
import { conversationFrame } from '../domain/frames.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { describe } from './get-conversation.ts'

/** Twice is the same as once: what is read already changes nothing and tells nobody. */
export function markConversationRead({
  db,
  clock,
}: RpcDeps): Handler<inboxV1.MarkConversationReadRequest, inboxV1.Conversation> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('conversation', request.id)
    return rerunOnConflict(() =>
      db.forTenant(tenantId, async (tx) => {
        const found = await findConversation(tx, tenantId, id)
        if (!found) throw notFound()
        const changed = await markRead(tx, tenantId, found.id)
        const resource = await describe(tx, changed ?? found)
        if (changed) {
          const now = new Date(clock.now())
          insertOutbox(tx, 'inbox', [conversationChanged(changed, now)])
          insertLive(tx, [conversationFrame(resource, tenantId, now)])
        }
        return resource
      }),
    )
  }
}
