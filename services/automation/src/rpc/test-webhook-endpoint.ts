import { type automationV1, newId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { claimOne, findDelivery, insertDeliveries } from '../db/deliveries.ts'
import { findTarget } from '../db/endpoints.ts'
import { leaseMs } from '../delivering.ts'
import { emptyBody } from '../domain/meta-body.ts'
import { pingBody } from '../domain/payload.ts'
import { sendDelivery } from '../send-delivery.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { deliveryOf } from './resources.ts'

/** A person waits for it, and the gateway no longer than 10 s. */
const testDeadlineMs = 7_000

/** One try, whatever the endpoint's state; it is listed with the others. */
export function testWebhookEndpoint(
  deps: RpcDeps,
): Handler<automationV1.TestWebhookEndpointRequest, automationV1.WebhookDelivery> {
  const { db, clock } = deps
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const endpointId = idOr404('webhookEndpoint', request.id)
    const now = new Date(clock.now())
    const id = uuidOf(newId('webhookDelivery'))
    const taken = await db.forTenant(tenantId, async (tx) => {
      const target = await findTarget(tx, tenantId, endpointId, { anyState: true })
      if (!target) throw notFound()
      const body = target.format === 'meta' ? emptyBody : pingBody(request.id, now)
      await insertDeliveries(
        tx,
        [{ tenantId, id, endpointId, eventType: 'ping', messageId: null, body }],
        now,
      )
      const claimed = await claimOne(tx, tenantId, id, new Date(now.getTime() + leaseMs))
      return claimed && { claimed, target }
    })
    if (!taken) throw appError('internal', { internal: 'a delivery just made was not there' })
    await sendDelivery(deps, taken.target, taken.claimed, { deadlineMs: testDeadlineMs, oneTry: true })
    const row = await db.forTenant(tenantId, (tx) => findDelivery(tx, tenantId, id), { readOnly: true })
    if (!row) throw notFound()
    return deliveryOf(row)
  }
}
