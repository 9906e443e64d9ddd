import type { inboxV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findMessage } from '../db/messages.ts'
import { messageOf } from '../domain/resources.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

export function getMessage({ db }: RpcDeps): Handler<inboxV1.GetMessageRequest, inboxV1.Message> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('message', request.id)
    const row = await db.forTenant(tenantId, (tx) => findMessage(tx, tenantId, id), { readOnly: true })
    if (!row) throw notFound()
    return messageOf(row)
  }
}
