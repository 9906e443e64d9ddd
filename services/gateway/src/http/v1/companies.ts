import type { tenancyV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
  country,
  email,
  idParams,
  iso,
  language,
  line,
  listAnswer,
  listOf,
  nullableInstant,
  page,
  password,
  timeZone,
} from './fields.ts'

const tag = 'Companies'

const company = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  language: z.string(),
  time_zone: z.string(),
  country: z.string(),
  created_at: nullableInstant,
  updated_at: nullableInstant,
})

function show(one: tenancyV1.Tenant): z.output<typeof company> {
  return {
    id: one.id,
    name: one.name,
    state: one.state,
    language: one.language,
    time_zone: one.timeZone,
    country: one.country,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
  }
}

const created = z.strictObject({
  name: line(120),
  language,
  time_zone: timeZone,
  country,
  admin: z.strictObject({ email, name: line(120), password }).optional(),
})

const changed = z.strictObject({
  name: line(120).optional(),
  language: language.optional(),
  time_zone: timeZone.optional(),
  country: country.optional(),
})

export function companyRoutes({ tenancy }: Clients): Route[] {
  const stateRoute = (verb: 'suspend' | 'activate', state: string, summary: string) =>
    route({
      method: 'POST',
      path: `/v1/companies/:id/${verb}`,
      access: 'companies:manage',
      tag,
      summary,
      params: idParams('tenant'),
      status: 200,
      answer: company,
      handle: async ({ params, as }) =>
        show(await tenancy.setTenantState({ id: params.id, state }, as('tenancy'))),
    })

  return [
    route({
      method: 'GET',
      path: '/v1/companies',
      access: 'companies:read',
      tag,
      summary: 'Companies of the platform',
      query: page.extend({ query: z.string().max(120).default('') }),
      status: 200,
      answer: listOf(company),
      handle: async ({ query, as }) => {
        const { tenants, nextCursor } = await tenancy.listTenants(
          { page: { limit: query.limit, cursor: query.cursor }, query: query.query },
          as('tenancy'),
        )
        return listAnswer(tenants, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/companies',
      access: 'companies:manage',
      tag,
      summary: 'Add a company and, if given, its first admin',
      body: created,
      status: 201,
      answer: company,
      refusals: ['already_exists'],
      handle: async ({ body, as }) =>
        show(
          await tenancy.createTenant(
            {
              name: body.name,
              language: body.language,
              timeZone: body.time_zone,
              country: body.country,
              adminEmail: body.admin?.email ?? '',
              adminName: body.admin?.name ?? '',
              adminPassword: body.admin?.password ?? '',
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/companies/:id',
      access: 'company:read',
      tag,
      summary: 'One company',
      params: idParams('tenant'),
      status: 200,
      answer: company,
      handle: async ({ params, as }) => show(await tenancy.getTenant({ id: params.id }, as('tenancy'))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/companies/:id',
      access: 'companies:manage',
      tag,
      summary: 'Change a company',
      params: idParams('tenant'),
      body: changed,
      status: 200,
      answer: company,
      handle: async ({ params, body, as }) =>
        show(
          await tenancy.updateTenant(
            {
              id: params.id,
              name: body.name,
              language: body.language,
              timeZone: body.time_zone,
              country: body.country,
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/companies/:id',
      access: 'companies:manage',
      tag,
      summary: 'Delete a company; what was sealed for it can never be read again',
      params: idParams('tenant'),
      status: 204,
      handle: async ({ params, as }) => {
        await tenancy.deleteTenant({ id: params.id }, as('tenancy'))
      },
    }),
    stateRoute(
      'suspend',
      'suspended',
      'Suspend a company: its credentials are refused and its sending rests',
    ),
    stateRoute('activate', 'active', 'Let a suspended company work again'),
  ]
}
