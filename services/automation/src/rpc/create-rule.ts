import { type automationV1, newId, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { countRules, findRule, insertRule, type RuleValues } from '../db/rules.ts'
import { checkRule, rulesMax } from '../domain/rule-checks.ts'
import { auditRule } from './audit.ts'
import { notFound, numberUuids, type RpcDeps, tenantUuid } from './deps.ts'
import { ruleOf } from './resources.ts'

export function createRule({
  db,
  clock,
}: RpcDeps): Handler<automationV1.CreateRuleRequest, automationV1.Rule> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const values = valuesOf({ ...request, numberIds: numberUuids(request.numberIds) })
    const id = uuidOf(newId('rule'))
    const row = await db.forTenant(tenantId, async (tx) => {
      if ((await countRules(tx, tenantId)) >= rulesMax)
        throw appError('conflict', { detail: `A company has at most ${rulesMax} rules; delete one first.` })
      const now = new Date(clock.now())
      await insertRule(tx, tenantId, id, values, now)
      auditRule(tx, call, 'created', { tenantId, id, ...values }, now)
      return findRule(tx, tenantId, id)
    })
    if (!row) throw notFound()
    return ruleOf(row)
  }
}

/** Throws `validation_failed`. Spaces around words are nobody's intention. */
export function valuesOf(given: Omit<RuleValues, 'match'> & { match: string }): RuleValues {
  const keywords = [...new Set(given.keywords.map((keyword) => keyword.trim()))]
  const values = { ...given, name: given.name.trim(), replyText: given.replyText.trim(), keywords }
  checkRule(values)
  return values as RuleValues
}
