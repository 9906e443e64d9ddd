import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { deleteRule as remove } from '../db/rules.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** An answer that it had decided already still goes out. */
export function deleteRule({
  db,
}: RpcDeps): Handler<automationV1.DeleteRuleRequest, automationV1.DeleteRuleResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('rule', request.id)
    if (!(await db.forTenant(tenantId, (tx) => remove(tx, tenantId, id)))) throw notFound()
    return {}
  }
}
