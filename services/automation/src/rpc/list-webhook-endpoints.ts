import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { endpointsPage } from '../db/endpoints.ts'
import { decodeTimeCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { type RpcDeps, tenantUuid } from './deps.ts'
import { endpointOf } from './resources.ts'

export function listWebhookEndpoints({
  db,
}: RpcDeps): Handler<automationV1.ListWebhookEndpointsRequest, automationV1.ListWebhookEndpointsResponse> {
  return async ({ page }, call) => {
    const tenantId = tenantUuid(call)
    const limit = limitOf(page?.limit)
    const after = decodeTimeCursor(page?.cursor)
    const rows = await db.forTenant(
      tenantId,
      async (tx) => [...(await endpointsPage(tx, tenantId, after, limit))],
      { readOnly: true },
    )
    const last = rows.length === limit ? rows.at(-1) : undefined
    const nextCursor = last ? encodeCursor(last.createdAt.toISOString(), last.id) : ''
    return { endpoints: rows.map(endpointOf), nextCursor }
  }
}
