import { permissions, type tenancyV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { dateOf, idParams, instant, iso, line, listAnswer, listOf, nullableInstant, page } from './fields.ts'

const tag = 'API keys'

const apiKey = z.object({
  id: z.string(),
  tenant_id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  prefix: z.string(),
  rate_per_second: z.number().nullable(),
  created_at: nullableInstant,
  expires_at: nullableInstant,
  last_used_at: nullableInstant,
  revoked_at: nullableInstant,
})

function show(one: tenancyV1.ApiKey): z.output<typeof apiKey> {
  return {
    id: one.id,
    tenant_id: one.tenantId,
    name: one.name,
    scopes: one.scopes,
    prefix: one.prefix,
    rate_per_second: one.ratePerSecond || null,
    created_at: iso(one.createdAt),
    expires_at: iso(one.expiresAt),
    last_used_at: iso(one.lastUsedAt),
    revoked_at: iso(one.revokedAt),
  }
}

export function apiKeyRoutes({ tenancy }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/api-keys',
      access: 'api_keys:read',
      tag,
      summary: 'Keys of the company, never in clear (T7)',
      query: page,
      status: 200,
      answer: listOf(apiKey),
      handle: async ({ query, tenantId, as }) => {
        const { apiKeys, nextCursor } = await tenancy.listApiKeys({ tenantId, page: query }, as('tenancy'))
        return listAnswer(apiKeys, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/api-keys',
      access: 'api_keys:manage',
      tag,
      summary: 'A new key; the only answer that shows its secret',
      body: z.strictObject({
        name: line(120),
        scopes: z.array(z.enum(permissions)).min(1).max(permissions.length),
        expires_at: instant.optional(),
        rate_per_second: z.number().int().min(1).max(10_000).optional(),
      }),
      status: 201,
      answer: apiKey.extend({ secret: z.string() }),
      handle: async ({ body, tenantId, as }) => {
        const { apiKey: created, secret } = await tenancy.createApiKey(
          {
            tenantId,
            name: body.name,
            scopes: body.scopes,
            expiresAt: dateOf(body.expires_at),
            ratePerSecond: body.rate_per_second ?? 0,
          },
          as('tenancy'),
        )
        if (!created) throw new Error('CreateApiKey answered without a key')
        return { ...show(created), secret }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/api-keys/:id',
      access: 'api_keys:manage',
      tag,
      summary: 'Revoke a key',
      params: idParams('apiKey'),
      status: 200,
      answer: apiKey,
      handle: async ({ params, tenantId, as }) =>
        show(await tenancy.revokeApiKey({ id: params.id, tenantId }, as('tenancy'))),
    }),
  ]
}
