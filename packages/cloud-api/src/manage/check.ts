import { isObject } from '../json.ts'
import { Field } from '../send/field.ts'
import { Report, type SendProblem } from '../send/report.ts'
import type { SendRules } from '../send/rules.ts'
import { refused } from '../send/validate.ts'

/** Whether Meta would take it, as far as its form tells. `code` is what Graph answers to the first problem. */
export type Check = { ok: true } | { ok: false; code: number; title: string; errors: SendProblem[] }

export type CheckRules = Pick<SendRules, 'limits'>

/** Asks of a body what `ask` asks; `docs` is Meta's page of it. */
export function checkObject(
  body: unknown,
  docs: string,
  rules: CheckRules,
  ask: (root: Field) => void,
): Check {
  const report = new Report(docs, rules)
  if (isObject(body)) ask(new Field(body, '', report))
  else report.add('', 'wrong_type', 'The request body must be a JSON object.')
  return report.problems.length > 0 ? refused(report) : { ok: true }
}
