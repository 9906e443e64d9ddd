import { type authV1, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { authenticateToken } from '../authenticate.ts'
import { membershipsOf } from '../db/memberships.ts'
import type { Deps } from '../deps.ts'
import { notAMember, openSession } from '../open-session.ts'

type H = Handler<authV1.SwitchTenantRequest, authV1.LoginResponse>

/** A new family in the other company; the one at hand goes on until it ends or is logged out. */
export const switchTenant =
  (deps: Deps): H =>
  async ({ accessToken, tenantId }) => {
    const { actorId } = (await authenticateToken(deps, accessToken)).identity
    const user = parseId('user', actorId)
    const wanted = parseId('tenant', tenantId)
    if (!user || !wanted) throw notAMember()
    const userId: Uuid = uuidOf(user)
    const tokens = await openSession(
      deps,
      uuidOf(wanted),
      userId,
      { ip: '', userAgent: '' },
      'session.switched',
    )
    return { ...tokens, memberships: await membershipsOf(deps.db, userId) }
  }
