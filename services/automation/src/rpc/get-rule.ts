import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findRule } from '../db/rules.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'
import { ruleOf } from './resources.ts'

export function getRule({ db }: RpcDeps): Handler<automationV1.GetRuleRequest, automationV1.Rule> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('rule', request.id)
    const row = await db.forTenant(tenantId, (tx) => findRule(tx, tenantId, id), { readOnly: true })
    if (!row) throw notFound()
    return ruleOf(row)
  }
}
