import type { tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { auditRows } from '../db/audit.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { pageOf } from '../domain/cursor.ts'
import { auditMessage } from '../domain/messages.ts'
import { keyset, targetTenant } from './target.ts'

type H = Handler<tenancyV1.ListAuditEntriesRequest, tenancyV1.ListAuditEntriesResponse>

/** Newest first. A platform admin reads a deleted company's log too. */
export const listAuditEntries =
  ({ db }: Deps): H =>
  async ({ tenantId, page, action, entityId }, call) =>
    inTenant(db, targetTenant(call, tenantId), async (scope) => {
      const wanted = keyset(page)
      const shown = pageOf(await auditRows(scope, { action, entityId }, wanted), wanted, (row) => row.id)
      return { entries: shown.rows.map(auditMessage), nextCursor: shown.nextCursor }
    })
