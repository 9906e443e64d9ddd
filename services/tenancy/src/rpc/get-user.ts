import type { tenancyV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { member } from '../db/memberships.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { userMessage } from '../domain/messages.ts'
import { targetTenant, uuidNamed } from './target.ts'

type H = Handler<tenancyV1.GetUserRequest, tenancyV1.User>

export const getUser =
  ({ db }: Deps): H =>
  async ({ id, tenantId }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      const found = await member(scope, uuidNamed('user', id))
      if (!found) throw appError('not_found')
      return userMessage(found)
    })
