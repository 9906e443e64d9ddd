import { z } from 'zod'
import { credentialOf } from '../../auth/credential.ts'
import type { Clients } from '../../clients.ts'
import { type Route, route } from '../route.ts'
import { membership, showMembership, showUserOfSession, tenantOfSession, userOfSession } from './auth.ts'

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
  ]
}
