import type { automationV1 } from '@palomar/contracts'
import { insertOutbox } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { deleteEndpoint, findEndpoint } from '../db/endpoints.ts'
import { endpointChanged } from '../domain/facts.ts'
import { auditEndpoint } from './audit.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** With everything that waits for it. */
export function deleteWebhookEndpoint({
  db,
  clock,
}: RpcDeps): Handler<automationV1.DeleteWebhookEndpointRequest, automationV1.DeleteWebhookEndpointResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('webhookEndpoint', request.id)
    await db.forTenant(tenantId, async (tx) => {
      const held = await findEndpoint(tx, tenantId, id)
      const version = await deleteEndpoint(tx, tenantId, id)
      if (!held || version === undefined) throw notFound()
      const gone = { tenantId, id, version: version + 1n, state: 'deleted', reason: '' }
      const now = new Date(clock.now())
      insertOutbox(tx, 'automation', [endpointChanged(gone, now)])
      auditEndpoint(tx, call, 'deleted', held, now)
    })
    return {}
  }
}
