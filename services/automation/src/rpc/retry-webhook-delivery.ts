import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findDelivery, queueAgain } from '../db/deliveries.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { deliveryOf } from './resources.ts'

/** From the beginning of the schedule, now, under the id it has always had. */
export function retryWebhookDelivery({
  db,
  clock,
  onDeliveries,
}: RpcDeps): Handler<automationV1.RetryWebhookDeliveryRequest, automationV1.WebhookDelivery> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('webhookDelivery', request.id)
    const row = await db.forTenant(tenantId, async (tx) => {
      await queueAgain(tx, tenantId, id, new Date(clock.now()))
      return findDelivery(tx, tenantId, id)
    })
    if (!row) throw notFound()
    onDeliveries()
    return deliveryOf(row)
  }
}
