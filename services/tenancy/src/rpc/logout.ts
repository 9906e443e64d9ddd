import { type authV1, idFromUuid, type Uuid } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { findRefreshToken } from '../db/finders.ts'
import { endSession, lockFamilyOf } from '../db/sessions.ts'
import type { Deps } from '../deps.ts'
import { hashSecret } from '../domain/secrets.ts'

type H = Handler<authV1.LogoutRequest, authV1.LogoutResponse>

/** Ends the family. A token that is unknown, or whose family has ended, is logged out already. */
export const logout =
  ({ db }: Deps): H =>
  async ({ refreshToken }) => {
    const hash = hashSecret(refreshToken)
    const tenantId = await findRefreshToken(db.sql, hash)
    if (!tenantId) return {}
    await change(db, tenantId, '', async (made) => {
      const family = await lockFamilyOf(made, hash)
      if (!family || !(await endSession(made, family.session.id, 'logout'))) return
      const user = idFromUuid('user', family.session.userId)
      made.revoked({ kind: 'session', subject: idFromUuid('session', family.session.id), user })
      made.audit({
        action: 'session.ended',
        entity: 'session',
        entityId: family.session.id as Uuid,
        actorId: user,
      })
    })
    return {}
  }
