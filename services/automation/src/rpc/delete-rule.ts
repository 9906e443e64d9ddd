import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findRule, deleteRule as remove } from '../db/rules.ts'
import { auditRule } from './audit.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** An answer that it had decided already still goes out. */
export function deleteRule({
  db,
  clock,
}: RpcDeps): Handler<automationV1.DeleteRuleRequest, automationV1.DeleteRuleResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('rule', request.id)
    await db.forTenant(tenantId, async (tx) => {
      const held = await findRule(tx, tenantId, id)
      // Two who delete it at once: one of them finds it gone.
      if (!held || !(await remove(tx, tenantId, id))) throw notFound()
      auditRule(tx, call, 'deleted', held, new Date(clock.now()))
    })
    return {}
  }
}
