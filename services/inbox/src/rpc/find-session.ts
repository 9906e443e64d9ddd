import type { inboxV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { findNumber } from '../db/numbers.ts'
import { findOwners } from '../db/people.ts'
import { findSession as find } from '../db/sessions.ts'
import { keysOf, personOf } from '../domain/person.ts'
import { sessionOf } from '../domain/resources.ts'
import { filterId, invalid, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** By conversation, or by number and person. Looks, and makes nothing. */
export function findSession({ db }: RpcDeps): Handler<inboxV1.FindSessionRequest, inboxV1.Session> {
  return async (request, call) => {
    const tenantId = tenantUuid(call, request.tenantId)
    const conversationId = filterId('conversation', request.conversationId, 'conversation_id')
    const numberId = filterId('number', request.numberId, 'number_id')
    if (!conversationId && !numberId)
      throw invalid('number_id', 'Give a conversation_id, or a number_id and a person.')
    const row = await db.forTenant(
      tenantId,
      async (tx) => {
        if (conversationId) return find(tx, tenantId, { conversationId, numberId })
        const contactId = await contactOf(tx, tenantId, numberId ?? '', request)
        return contactId ? find(tx, tenantId, { numberId, contactId }) : undefined
      },
      { readOnly: true },
    )
    if (!row) throw notFound()
    return sessionOf(row)
  }
}

async function contactOf(
  tx: Tx,
  tenantId: string,
  numberId: string,
  names: { waId: string; userId: string },
) {
  const number = await findNumber(tx, tenantId, numberId)
  const person = personOf(names, { tenantId, portfolioId: number?.portfolioId ?? '', at: new Date(0) })
  if (!person) throw invalid('wa_id', 'Give a wa_id of digits or a user_id.')
  // In their order: a business-scoped id is the person, then the phone.
  for (const key of keysOf(person)) {
    const [owner] = await findOwners(tx, [{ tenantId, key }])
    if (owner) return owner.contactId
  }
  return undefined
}
