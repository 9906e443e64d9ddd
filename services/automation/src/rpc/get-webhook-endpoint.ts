import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findEndpoint } from '../db/endpoints.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { endpointOf } from './resources.ts'

export function getWebhookEndpoint({
  db,
}: RpcDeps): Handler<automationV1.GetWebhookEndpointRequest, automationV1.WebhookEndpoint> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('webhookEndpoint', request.id)
    const row = await db.forTenant(tenantId, (tx) => findEndpoint(tx, tenantId, id), { readOnly: true })
    if (!row) throw notFound()
    return endpointOf(row)
  }
}
