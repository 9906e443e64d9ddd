import type { automationV1 } from '@palomar/contracts'
import { insertOutbox } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { findEndpoint, lockEndpoint, updateEndpoint } from '../db/endpoints.ts'
import { changedFields } from '../domain/changed-fields.ts'
import { endpointChanged } from '../domain/facts.ts'
import { auditEndpoint } from './audit.ts'
import { valuesOf } from './create-webhook-endpoint.ts'
import { idOr404, notFound, numberUuids, type RpcDeps, tenantUuid } from './deps.ts'
import { endpointOf } from './resources.ts'

/**
 * What is absent stays as it is. Switched off, nothing new is queued and what is queued waits; switched on, it goes on.
 * An endpoint that failed itself into `failing` comes back by `enabled`.
 */
export function updateWebhookEndpoint(
  deps: RpcDeps,
): Handler<automationV1.UpdateWebhookEndpointRequest, automationV1.WebhookEndpoint> {
  const { db, clock } = deps
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('webhookEndpoint', request.id)
    const now = new Date(clock.now())
    const row = await db.forTenant(tenantId, async (tx) => {
      // It may be switched off by its failures at this moment: one after the other.
      await lockEndpoint(tx, tenantId, id)
      const held = await findEndpoint(tx, tenantId, id)
      if (!held) throw notFound()
      const values = valuesOf(deps, {
        format: held.format,
        url: request.url ?? held.url,
        description: request.description ?? held.description,
        eventTypes: request.eventTypes?.values ?? held.eventTypes,
        numberIds: request.numberIds ? numberUuids(request.numberIds.values) : held.numberIds,
        state: request.state ?? (held.state === 'failing' ? 'disabled' : held.state),
        reason: '',
      })
      // Not asked for a state, it keeps the one it has, with its reason.
      const kept = request.state === undefined ? { state: held.state, reason: held.reason } : {}
      await updateEndpoint(tx, tenantId, id, { ...values, ...kept }, now)
      const { reason: _, ...decided } = { ...values, ...kept }
      auditEndpoint(tx, call, 'updated', { tenantId, id, ...decided }, now, changedFields(held, decided))
      const changed = await findEndpoint(tx, tenantId, id)
      if (changed && changed.state !== held.state)
        insertOutbox(tx, 'automation', [endpointChanged(changed, now)])
      return changed
    })
    if (!row) throw notFound()
    deps.onDeliveries()
    return endpointOf(row)
  }
}
