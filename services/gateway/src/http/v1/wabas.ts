import type { numbersV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { id, iso, line, listAnswer, listOf, metaId, nullableInstant, page } from './fields.ts'

const tag = 'WhatsApp Business accounts'

const waba = z.object({
  id: z.string(),
  tenant_id: z.string(),
  portfolio_id: z.string(),
  name: z.string(),
  meta_waba_id: z.string(),
  created_at: nullableInstant,
})

function show(one: numbersV1.Waba): z.output<typeof waba> {
  return {
    id: one.id,
    tenant_id: one.tenantId,
    portfolio_id: one.portfolioId,
    name: one.name,
    meta_waba_id: one.metaWabaId,
    created_at: iso(one.createdAt),
  }
}

export function wabaRoutes({ numbers }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/wabas',
      access: 'numbers:read',
      tag,
      summary: 'WhatsApp Business accounts of the company',
      query: page,
      status: 200,
      answer: listOf(waba),
      handle: async ({ query, tenantId, as }) => {
        const { wabas, nextCursor } = await numbers.listWabas({ tenantId, page: query }, as('tenancy'))
        return listAnswer(wabas, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/wabas',
      access: 'numbers:manage',
      tag,
      summary: 'Add a WhatsApp Business account',
      body: z.strictObject({ name: line(120), portfolio_id: id('portfolio'), meta_waba_id: metaId }),
      status: 201,
      answer: waba,
      refusals: ['already_exists', 'not_found'],
      handle: async ({ body, tenantId, as }) =>
        show(
          await numbers.createWaba(
            { tenantId, name: body.name, portfolioId: body.portfolio_id, metaWabaId: body.meta_waba_id },
            as('tenancy'),
          ),
        ),
    }),
  ]
}
