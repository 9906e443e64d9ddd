import { newId, uuidOf } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { answersIn, insertAnswers, lockConversations, type NewAnswer, noteRefused } from '../db/answers.ts'
import { enabledRules, type RuleRow } from '../db/rules.ts'
import { decideAnswer } from '../domain/decide-answer.ts'
import { firstMatch } from '../domain/match-rule.ts'
import { cooldownMaxS } from '../domain/rule-checks.ts'
import type { AutomationMetrics } from '../metrics.ts'
import type { FactItem, Question } from './fact.ts'

type Asked = FactItem & { question: Question }

/** Decides which rule answers which message, once and for all; how many answers are to be sent. */
export async function decideAnswers(
  tx: Tx,
  facts: readonly FactItem[],
  tenants: readonly string[],
  { now, metrics }: { now: Date; metrics: AutomationMetrics },
): Promise<number> {
  const asked = facts.filter((fact): fact is Asked => fact.question !== undefined)
  if (asked.length === 0) return 0
  const rules = await enabledRules(tx, tenants)
  if (rules.length === 0) return 0
  const matched = asked
    .flatMap((fact) => {
      const own = rules.filter((rule) => rule.tenantId === fact.tenantId)
      const rule = firstMatch(own, { numberId: fact.numberId, text: fact.question.text })
      return rule ? [{ fact, rule }] : []
    })
    .sort((a, b) => a.fact.at.getTime() - b.fact.at.getTime())
  if (matched.length === 0) return 0

  // From here on the conversations are ours alone: what others decided before is committed and seen.
  await lockConversations(
    tx,
    matched.map(({ fact }) => fact.question.conversationId),
  )
  const conversations = matched.map(({ fact }) => ({
    tenantId: fact.tenantId,
    conversationId: fact.question.conversationId,
  }))
  const earliest = Math.min(...matched.map(({ fact }) => fact.at.getTime()))
  const earlier = await answersIn(tx, unique(conversations), new Date(earliest - cooldownMaxS * 1000))
  const answers: NewAnswer[] = []
  for (const { fact, rule } of matched) {
    const here = (one: { conversationId: string }) => one.conversationId === fact.question.conversationId
    const given = [...earlier.filter(here), ...answers.filter((one) => here(one) && one.state === 'pending')]
    const decision = decideAnswer(rule, fact.at, given)
    metrics.answers.inc({ outcome: decision === 'answer' ? 'decided' : decision })
    if (decision !== 'cooldown') answers.push(answerOf(fact, rule, decision))
  }
  if (answers.length > 0) await insertAnswers(tx, answers, now)
  const stopped = new Map(answers.flatMap((one) => (one.refusalCode ? [[one.ruleId, one] as const] : [])))
  for (const [, one] of [...stopped].sort(([a], [b]) => (a < b ? -1 : 1)))
    await noteRefused(tx, one, one.refusalCode, now)
  return answers.filter((answer) => answer.state === 'pending').length
}

function answerOf(
  { tenantId, messageId, numberId, at, question }: Asked,
  rule: RuleRow,
  decision: 'answer' | 'loop_protection',
): NewAnswer {
  return {
    tenantId,
    ruleId: rule.id,
    messageId,
    conversationId: question.conversationId,
    numberId,
    waId: question.waId,
    userId: question.userId,
    replyText: rule.replyText,
    replyMessageId: uuidOf(newId('message')),
    state: decision === 'answer' ? 'pending' : 'refused',
    refusalCode: decision === 'answer' ? '' : decision,
    factAt: at,
  }
}

function unique<T extends { conversationId: string }>(ones: readonly T[]): T[] {
  return [...new Map(ones.map((one) => [one.conversationId, one])).values()]
}
