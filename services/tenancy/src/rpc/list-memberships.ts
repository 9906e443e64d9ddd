import { type authV1, parseId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { authenticateToken } from '../authenticate.ts'
import { membershipsOf } from '../db/memberships.ts'
import type { Deps } from '../deps.ts'

type H = Handler<authV1.ListMembershipsRequest, authV1.ListMembershipsResponse>

/** Only a person's own, shown by a token that is good at this moment. */
export const listMemberships =
  (deps: Deps): H =>
  async ({ accessToken }) => {
    const { actorId } = (await authenticateToken(deps, accessToken)).identity
    const user = parseId('user', actorId)
    if (!user) throw appError('unauthenticated')
    return { memberships: await membershipsOf(deps.db, uuidOf(user)) }
  }
