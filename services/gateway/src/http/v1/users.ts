import { roles, type tenancyV1 } from '@palomar/contracts'
import { z } from 'zod'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import {
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

const tag = 'Users'

const user = z.object({
  id: z.string(),
  tenant_id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  state: z.string(),
  language: z.string(),
  time_zone: z.string(),
  created_at: nullableInstant,
  last_login_at: nullableInstant,
})

function show(one: tenancyV1.User): z.output<typeof user> {
  return {
    id: one.id,
    tenant_id: one.tenantId,
    email: one.email,
    name: one.name,
    role: one.role,
    state: one.state,
    language: one.language,
    time_zone: one.timeZone,
    created_at: iso(one.createdAt),
    last_login_at: iso(one.lastLoginAt),
  }
}

const created = z.strictObject({
  email,
  name: line(120),
  role: z.enum(roles),
  /** Without one the person cannot sign in until somebody sets it. */
  password: password.optional(),
  language: language.optional(),
  time_zone: timeZone.optional(),
})

const changed = z.strictObject({
  name: line(120).optional(),
  role: z.enum(roles).optional(),
  state: z.enum(['active', 'deactivated']).optional(),
  password: password.optional(),
  language: language.optional(),
  time_zone: timeZone.optional(),
})

export function userRoutes({ tenancy }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/users',
      access: 'users:read',
      tag,
      summary: 'People of the company',
      query: page,
      status: 200,
      answer: listOf(user),
      handle: async ({ query, tenantId, as }) => {
        const { users, nextCursor } = await tenancy.listUsers({ tenantId, page: query }, as('tenancy'))
        return listAnswer(users, nextCursor, show)
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users',
      access: 'users:manage',
      tag,
      summary: 'Add a person',
      body: created,
      status: 201,
      answer: user,
      refusals: ['already_exists'],
      handle: async ({ body, tenantId, as }) =>
        show(
          await tenancy.createUser(
            {
              tenantId,
              email: body.email,
              name: body.name,
              role: body.role,
              password: body.password ?? '',
              language: body.language ?? '',
              timeZone: body.time_zone ?? '',
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/users/:id',
      access: 'users:read',
      tag,
      summary: 'One person',
      params: idParams('user'),
      status: 200,
      answer: user,
      handle: async ({ params, tenantId, as }) =>
        show(await tenancy.getUser({ id: params.id, tenantId }, as('tenancy'))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/users/:id',
      access: 'users:manage',
      tag,
      summary: 'Change a person; a new role or a deactivation ends their sessions',
      params: idParams('user'),
      body: changed,
      status: 200,
      answer: user,
      handle: async ({ params, body, tenantId, as }) =>
        show(
          await tenancy.updateUser(
            {
              id: params.id,
              tenantId,
              name: body.name,
              role: body.role,
              state: body.state,
              password: body.password,
              language: body.language,
              timeZone: body.time_zone,
            },
            as('tenancy'),
          ),
        ),
    }),
    route({
      method: 'DELETE',
      path: '/v1/users/:id',
      access: 'users:manage',
      tag,
      summary: 'Take a person out of the company',
      params: idParams('user'),
      status: 204,
      handle: async ({ params, tenantId, as }) => {
        await tenancy.removeUser({ id: params.id, tenantId }, as('tenancy'))
      },
    }),
  ]
}
