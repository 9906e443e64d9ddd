import { appError } from '@palomar/errors'
import { z } from 'zod'
import { credentialOf } from '../../auth/credential.ts'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { membership, showMembership, showUserOfSession, tenantOfSession, userOfSession } from './auth.ts'
import { language, line, password, timeZone } from './fields.ts'

export function meRoutes({ auth }: Clients): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/me',
      access: 'authenticated',
      tag: 'Authentication',
      summary: 'Who the credential stands for, what it may do, and where else the person may go',
      status: 200,
      answer: z.object({ user: userOfSession, tenant: tenantOfSession, memberships: z.array(membership) }),
      handle: async ({ session: { identity }, headers }) => {
        const credential = credentialOf(headers)
        // A key belongs to one company; only a person has others.
        const { memberships } =
          credential.kind === 'accessToken'
            ? await auth.listMemberships({ accessToken: credential.value })
            : { memberships: [] }
        return {
          user: showUserOfSession(identity),
          tenant: { id: identity.tenantId, name: identity.tenantName },
          memberships: memberships.map(showMembership),
        }
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/me',
      access: 'authenticated',
      tag: 'Authentication',
      summary: 'Change your own name, language and time zone, or your password, which ends your sessions',
      body: z.strictObject({
        name: line(120).optional(),
        language: language.optional(),
        time_zone: timeZone.optional(),
        password: password.optional(),
        /** Needed with a new password. */
        current_password: z.string().min(1).max(1_024).optional(),
      }),
      status: 200,
      answer: z.object({ user: userOfSession }),
      refusals: ['rate_limited'],
      handle: async ({ body, headers }) => {
        const credential = credentialOf(headers)
        if (credential.kind !== 'accessToken')
          throw appError('forbidden', { detail: 'A key is nobody: only a person changes what is his own.' })
        const identity = await auth.updateMe({
          accessToken: credential.value,
          name: body.name,
          language: body.language,
          timeZone: body.time_zone,
          password: body.password,
          currentPassword: body.current_password,
        })
        return { user: showUserOfSession(identity) }
      },
    }),
  ]
}
