import { type dispatcherV1, parseId, uuidOf } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import { readMessage } from '../db/messages.ts'
import { outboundOf } from '../outbound.ts'
import { tenantUuid } from './tenant-uuid.ts'

/** A foreign id, a malformed one and one that has left the ledger are the same answer. */
export function getMessage(db: Db) {
  return async (
    { id }: dispatcherV1.GetMessageRequest,
    { caller }: CallContext,
  ): Promise<dispatcherV1.OutboundMessage> => {
    const tenant = tenantUuid(tenantOf(caller))
    const message = parseId('message', id)
    if (!message) throw appError('not_found')
    const found = await db.forTenant(tenant, (tx) => readMessage(tx, tenant, uuidOf(message)), {
      readOnly: true,
    })
    if (!found) throw appError('not_found')
    return outboundOf(found.row, found.attempts)
  }
}
