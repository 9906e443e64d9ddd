import type { automationV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findRule, updateRule as write } from '../db/rules.ts'
import { changedFields } from '../domain/changed-fields.ts'
import { auditRule } from './audit.ts'
import { valuesOf } from './create-rule.ts'
import { idOr404, notFound, numberUuids, type RpcDeps, tenantUuid } from './deps.ts'
import { ruleOf } from './resources.ts'

/** What is absent stays as it is. */
export function updateRule({
  db,
  clock,
}: RpcDeps): Handler<automationV1.UpdateRuleRequest, automationV1.Rule> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('rule', request.id)
    const row = await db.forTenant(tenantId, async (tx) => {
      const held = await findRule(tx, tenantId, id)
      if (!held) throw notFound()
      const values = valuesOf({
        name: request.name ?? held.name,
        enabled: request.enabled ?? held.enabled,
        numberIds: request.numberIds ? numberUuids(request.numberIds.values) : held.numberIds,
        keywords: request.keywords?.values ?? held.keywords,
        match: request.match ?? held.match,
        replyText: request.replyText ?? held.replyText,
        cooldownS: request.cooldownS ?? held.cooldownS,
        position: request.position ?? held.position,
      })
      const now = new Date(clock.now())
      await write(tx, tenantId, id, values, now)
      auditRule(tx, call, 'updated', { tenantId, id, ...values }, now, changedFields(held, values))
      return findRule(tx, tenantId, id)
    })
    if (!row) throw notFound()
    return ruleOf(row)
  }
}
