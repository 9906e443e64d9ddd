import type { tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { members } from '../db/memberships.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { userMessage } from '../domain/messages.ts'
import { existing, keyset, targetTenant } from './target.ts'

type H = Handler<tenancyV1.ListUsersRequest, tenancyV1.ListUsersResponse>

export const listUsers =
  ({ db }: Deps): H =>
  async ({ tenantId, page }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      await existing(scope)
      const wanted = keyset(page)
      const shown = pageOf(await members(scope, wanted), wanted, (row) => row.userId)
      return { users: shown.rows.map(userMessage), nextCursor: shown.nextCursor }
    })
