import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { deliveriesPage } from '../db/deliveries.ts'
import { findEndpoint } from '../db/endpoints.ts'
import { decodeTimeCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { deliveryOf } from './resources.ts'

export function listWebhookDeliveries({
  db,
}: RpcDeps): Handler<automationV1.ListWebhookDeliveriesRequest, automationV1.ListWebhookDeliveriesResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const endpointId = idOr404('webhookEndpoint', request.endpointId)
    const limit = limitOf(request.page?.limit)
    const after = decodeTimeCursor(request.page?.cursor)
    const rows = await db.forTenant(
      tenantId,
      async (tx) => {
        if (!(await findEndpoint(tx, tenantId, endpointId))) throw notFound()
        return [...(await deliveriesPage(tx, tenantId, { endpointId, state: request.state }, after, limit))]
      },
      { readOnly: true },
    )
    const last = rows.length === limit ? rows.at(-1) : undefined
    const nextCursor = last ? encodeCursor(last.createdAt.toISOString(), last.id) : ''
    return { deliveries: rows.map(deliveryOf), nextCursor }
  }
}
