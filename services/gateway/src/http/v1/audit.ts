import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { iso, json, listAnswer, listOf, nullableInstant, nullableText, orNull, page } from './fields.ts'

const entry = z.object({
  id: z.string(),
  tenant_id: nullableText,
  actor_id: nullableText,
  action: z.string(),
  entity: z.string(),
  entity_id: nullableText,
  metadata: z.unknown(),
  at: nullableInstant,
})

export function auditRoutes({ tenancy }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/audit',
      access: 'audit:read',
      tag: 'Audit',
      summary: 'Critical actions of the company, newest first (X2)',
      query: page.extend({
        action: z.string().max(64).default(''),
        entity_id: z.string().max(90).default(''),
      }),
      status: 200,
      answer: listOf(entry),
      handle: async ({ query, tenantId, as }) => {
        const { entries, nextCursor } = await tenancy.listAuditEntries(
          {
            tenantId,
            page: { limit: query.limit, cursor: query.cursor },
            action: query.action,
            entityId: query.entity_id,
          },
          as('tenancy'),
        )
        return listAnswer(entries, nextCursor, (one) => ({
          id: one.id,
          tenant_id: orNull(one.tenantId),
          actor_id: orNull(one.actorId),
          action: one.action,
          entity: one.entity,
          entity_id: orNull(one.entityId),
          metadata: json(one.metadataJson),
          at: iso(one.at),
        }))
      },
    }),
  ]
}
