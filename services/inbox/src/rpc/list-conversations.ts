import type { inboxV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findContacts } from '../db/contacts.ts'
import { conversationsPage, lastStates } from '../db/conversations.ts'
import { decodeUuidCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { conversationOf } from '../domain/resources.ts'
import { filterId, invalid, type RpcDeps, tenantUuid } from './deps.ts'

const statuses = ['', 'open', 'pending', 'closed']

export function listConversations({
  db,
}: RpcDeps): Handler<inboxV1.ListConversationsRequest, inboxV1.ListConversationsResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    if (!statuses.includes(request.status)) throw invalid('status', 'status is open, pending or closed.')
    const limit = limitOf(request.page?.limit)
    const after = decodeUuidCursor(request.page?.cursor)
    const filter = {
      status: request.status,
      numberId: filterId('number', request.numberId, 'number_id'),
      assigneeId: filterId('user', request.assigneeId, 'assignee_id'),
      contactId: filterId('contact', request.contactId, 'contact_id'),
      unreadOnly: request.unreadOnly,
    }
    return db.forTenant(
      tenantId,
      async (tx) => {
        const rows = await conversationsPage(tx, tenantId, filter, after, limit)
        const ids = rows.flatMap((row) => (row.contactId ? { tenantId, id: row.contactId } : []))
        const [contacts, states] = await Promise.all([findContacts(tx, ids), lastStates(tx, rows)])
        const byId = new Map(contacts.map((contact) => [contact.id, contact]))
        const last = rows.length === limit ? rows.at(-1) : undefined
        return {
          conversations: rows.map((row) =>
            conversationOf(row, byId.get(row.contactId ?? ''), states.get(row.lastMessageId ?? '') ?? ''),
          ),
          nextCursor: last ? encodeCursor([last.lastMessageAt.toISOString(), last.id]) : '',
        }
      },
      { readOnly: true },
    )
  }
}
