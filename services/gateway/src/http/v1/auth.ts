import type { authV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { z } from 'zod'
import { credentialOf } from '../../auth/credential.ts'
import type { Clients } from '../../clients.ts'
import type { ApiLimits } from '../limits.ts'
import { type Route, route } from '../route.ts'
import { id, iso, nullableInstant, nullableText } from './fields.ts'

const tag = 'Authentication'

export const userOfSession = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  permissions: z.array(z.string()),
  language: z.string(),
  time_zone: z.string(),
})
export const membership = z.object({
  tenant_id: z.string(),
  tenant_name: z.string(),
  role: z.string(),
  state: z.string(),
})
export const tenantOfSession = z.object({ id: z.string(), name: z.string() })
const login = z.object({
  access_token: nullableText,
  refresh_token: nullableText,
  expires_at: nullableInstant,
  refresh_expires_at: nullableInstant,
  user: userOfSession.nullable(),
  tenant: tenantOfSession.nullable(),
  memberships: z.array(membership),
})

export function showUserOfSession(identity: authV1.Identity) {
  const { actorId, email, name, role, permissions, language, timeZone } = identity
  return { id: actorId, email, name, role, permissions, language, time_zone: timeZone }
}

export function showMembership(one: authV1.Membership) {
  return { tenant_id: one.tenantId, tenant_name: one.tenantName, role: one.role, state: one.tenantState }
}

/** Someone of several companies who named none gets the list and no tokens (T5). */
function showLogin(answer: authV1.LoginResponse): z.output<typeof login> {
  const { identity } = answer
  return {
    access_token: answer.accessToken || null,
    refresh_token: answer.refreshToken || null,
    expires_at: iso(answer.accessExpiresAt),
    refresh_expires_at: iso(answer.refreshExpiresAt),
    user: identity ? showUserOfSession(identity) : null,
    tenant: identity ? { id: identity.tenantId, name: identity.tenantName } : null,
    memberships: answer.memberships.map(showMembership),
  }
}

const refreshToken = z.string().min(1).max(4_096)

export function authRoutes({ auth }: Clients, limits: ApiLimits): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/auth/login',
      access: 'public',
      tag,
      summary: 'Sign in with e-mail and password',
      body: z.strictObject({
        email: z.string().min(1).max(254),
        password: z.string().min(1).max(1_024),
        tenant_id: id('tenant').optional(),
      }),
      status: 200,
      answer: login,
      refusals: ['unauthenticated', 'company_suspended', 'rate_limited'],
      // Before the body is read: guessing passwords must not be slowed down only when the JSON is right.
      guard: ({ ip }) => limits.takeLogin(ip),
      handle: async ({ body, ip, headers }) =>
        showLogin(
          await auth.login({
            email: body.email,
            password: body.password,
            tenantId: body.tenant_id ?? '',
            ip,
            userAgent: (headers.get('user-agent') ?? '').slice(0, 256),
          }),
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/auth/refresh',
      access: 'public',
      tag,
      summary: 'A new pair of tokens for a refresh token, which is then used up',
      body: z.strictObject({ refresh_token: refreshToken }),
      guard: ({ ip }) => limits.takePublic(ip),
      status: 200,
      answer: login,
      refusals: ['unauthenticated', 'token_expired', 'refresh_reused', 'company_suspended'],
      handle: async ({ body }) => showLogin(await auth.refresh({ refreshToken: body.refresh_token })),
    }),
    route({
      method: 'POST',
      path: '/v1/auth/logout',
      access: 'public',
      tag,
      summary: 'End the session',
      body: z.strictObject({ refresh_token: refreshToken }),
      guard: ({ ip }) => limits.takePublic(ip),
      status: 204,
      handle: async ({ body }) => {
        await auth.logout({ refreshToken: body.refresh_token })
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/switch',
      access: 'authenticated',
      tag,
      summary: 'The same person in another of their companies',
      body: z.strictObject({ tenant_id: id('tenant') }),
      status: 200,
      answer: login,
      refusals: ['not_found', 'company_suspended'],
      handle: async ({ body, headers }) => {
        const credential = credentialOf(headers)
        if (credential.kind !== 'accessToken') {
          throw appError('forbidden', { detail: 'An API key belongs to one company.' })
        }
        return showLogin(await auth.switchTenant({ accessToken: credential.value, tenantId: body.tenant_id }))
      },
    }),
  ]
}
