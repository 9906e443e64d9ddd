import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { rulesPage } from '../db/rules.ts'
import { decodeNumberCursor, encodeCursor, limitOf } from '../domain/cursor.ts'
import { type RpcDeps, tenantUuid } from './deps.ts'
import { ruleOf } from './resources.ts'

/** In the order in which they are tried. */
export function listRules({
  db,
}: RpcDeps): Handler<automationV1.ListRulesRequest, automationV1.ListRulesResponse> {
  return async ({ page }, call) => {
    const tenantId = tenantUuid(call)
    const limit = limitOf(page?.limit)
    const after = decodeNumberCursor(page?.cursor)
    const rows = await db.forTenant(
      tenantId,
      async (tx) => [...(await rulesPage(tx, tenantId, after, limit))],
      { readOnly: true },
    )
    const last = rows.length === limit ? rows.at(-1) : undefined
    return { rules: rows.map(ruleOf), nextCursor: last ? encodeCursor(String(last.position), last.id) : '' }
  }
}
