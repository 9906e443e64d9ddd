import type { tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { apiKeyRows } from '../db/api-keys.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { apiKeyMessage } from '../domain/messages.ts'
import { existing, keyset, targetTenant } from './target.ts'

type H = Handler<tenancyV1.ListApiKeysRequest, tenancyV1.ListApiKeysResponse>

/** Revoked and expired ones too: what they did stays in the audit log under their ids. */
export const listApiKeys =
  ({ db }: Deps): H =>
  async ({ tenantId, page }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      await existing(scope)
      const wanted = keyset(page)
      const shown = pageOf(await apiKeyRows(scope, wanted), wanted, (row) => row.id)
      return { apiKeys: shown.rows.map(apiKeyMessage), nextCursor: shown.nextCursor }
    })
