import type { numbersV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { iso, line, listAnswer, listOf, metaId, nullableInstant, page } from './fields.ts'

const tag = 'Portfolios'

const portfolio = z.object({
  id: z.string(),
  tenant_id: z.string(),
  name: z.string(),
  meta_business_id: z.string(),
  created_at: nullableInstant,
})

function show(one: numbersV1.Portfolio): z.output<typeof portfolio> {
  return {
    id: one.id,
    tenant_id: one.tenantId,
    name: one.name,
    meta_business_id: one.metaBusinessId,
    created_at: iso(one.createdAt),
  }
}

export function portfolioRoutes({ numbers }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/portfolios',
      access: 'numbers:read',
      tag,
      summary: 'Meta business portfolios of the company',
      query: page,
      status: 200,
      answer: listOf(portfolio),
      handle: async ({ query, tenantId, as }) => {
        const { portfolios, nextCursor } = await numbers.listPortfolios(
          { tenantId, page: query },
          as('tenancy'),
        )
        return listAnswer(portfolios, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/portfolios',
      access: 'numbers:manage',
      tag,
      summary: 'Add a portfolio',
      body: z.strictObject({ name: line(120), meta_business_id: metaId }),
      status: 201,
      answer: portfolio,
      refusals: ['already_exists'],
      handle: async ({ body, tenantId, as }) =>
        show(
          await numbers.createPortfolio(
            { tenantId, name: body.name, metaBusinessId: body.meta_business_id },
            as('tenancy'),
          ),
        ),
    }),
  ]
}
