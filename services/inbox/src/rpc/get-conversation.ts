import type { inboxV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { findContacts } from '../db/contacts.ts'
import { type ConversationRow, findConversation, lastStates } from '../db/conversations.ts'
import { conversationOf } from '../domain/resources.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

export function getConversation({
  db,
}: RpcDeps): Handler<inboxV1.GetConversationRequest, inboxV1.Conversation> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('conversation', request.id)
    return db.forTenant(
      tenantId,
      async (tx) => {
        const row = await findConversation(tx, tenantId, id)
        if (!row) throw notFound()
        return describe(tx, row)
      },
      { readOnly: true },
    )
  }
}

/** With its contact and the state of its last message. */
export async function describe(tx: Tx, row: ConversationRow): Promise<inboxV1.Conversation> {
  const contactIds = row.contactId ? [{ tenantId: row.tenantId, id: row.contactId }] : []
  const [contacts, states] = await Promise.all([findContacts(tx, contactIds), lastStates(tx, [row])])
  return conversationOf(row, contacts[0], states.get(row.lastMessageId ?? '') ?? '')
}
