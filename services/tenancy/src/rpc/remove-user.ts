import { idFromUuid, type tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { deleteMembership, member } from '../db/memberships.ts'
import type { Deps } from '../deps.ts'
import { mayGrant } from '../domain/roles.ts'
import { forgetIfAlone } from './delete-tenant.ts'
import { actorOf, existing, roleOf, targetTenant, uuidNamed } from './target.ts'
import { keepAnAdmin } from './update-user.ts'

type H = Handler<tenancyV1.RemoveUserRequest, tenancyV1.RemoveUserResponse>

/** Ends the membership and, with it, its sessions. Someone who belongs to no other company is forgotten. */
export const removeUser =
  ({ db }: Deps): H =>
  async ({ id, tenantId }, call) => {
    const userId = uuidNamed('user', id)
    await change(db, targetTenant(call, tenantId), actorOf(call), async (made) => {
      const { isPlatform } = await existing(made, 'update')
      const leaving = await member(made, userId)
      if (!leaving) throw appError('not_found')
      if (!mayGrant(roleOf(call), leaving.role)) {
        throw appError('forbidden', { detail: 'You cannot remove someone whose role is above yours.' })
      }
      await keepAnAdmin(made, leaving, isPlatform)
      await deleteMembership(made, userId)
      await forgetIfAlone(made, userId)
      made.revoked({
        kind: 'membership',
        subject: idFromUuid('user', userId),
        since: leaving.createdAt,
        version: leaving.version + 1n,
      })
      made.audit({
        action: 'user.removed',
        entity: 'user',
        entityId: userId,
        metadata: { role: leaving.role },
      })
    })
    return {}
  }
