import type { inboxV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findContacts, findIdentities } from '../db/contacts.ts'
import { contactOf } from '../domain/resources.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** One that was merged answers with `merged_into`. */
export function getContact({ db }: RpcDeps): Handler<inboxV1.GetContactRequest, inboxV1.Contact> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const ids = [{ tenantId, id: idOr404('contact', request.id) }]
    const [rows, identities] = await db.forTenant(
      tenantId,
      (tx) => Promise.all([findContacts(tx, ids), findIdentities(tx, ids)]),
      { readOnly: true },
    )
    const [row] = rows
    if (!row) throw notFound()
    return contactOf(row, identities)
  }
}
