import type { Limit } from '../limits/limit.ts'
import { type LimitName, limits } from '../limits/limits.ts'
import type { SendRules } from './rules.ts'

/** What was wrong with a field, for programs; `detail` says it in Meta's manner for people. */
export type Rule =
  | 'missing'
  | 'wrong_type'
  | 'too_long'
  | 'too_short'
  | 'too_many'
  | 'too_few'
  | 'out_of_range'
  | 'not_one_of'
  | 'not_unique'
  | 'not_allowed'
  | 'malformed'
  | 'unknown_field'

/** The Graph error that Meta answers a broken rule with. */
export const codeOfRule: Readonly<Record<Rule, number>> = {
  missing: 131008,
  wrong_type: 100,
  too_long: 100,
  too_short: 100,
  too_many: 131009,
  too_few: 131009,
  out_of_range: 131009,
  not_one_of: 100,
  not_unique: 131009,
  not_allowed: 131009,
  malformed: 131009,
  unknown_field: 100,
}

export interface SendProblem {
  /** Where, as in `interactive.action.buttons[0].reply.title`; empty for the body as a whole. */
  path: string
  rule: Rule
  /** Meta's error code for it. */
  code: number
  /** Of template errors, which Meta tells apart by it. */
  subcode?: number
  detail: string
  /** The bound that was crossed. */
  limit?: number
  /** The page of Meta's that documents it. */
  docs: string
}

export interface ProblemDetails {
  limit?: number | undefined
  code?: number | undefined
  subcode?: number | undefined
  docs?: string | undefined
}

/** A caller is not helped by the hundredth; and a body made to be wrong must not cost us memory. */
const problemsMax = 50

export class Report {
  readonly problems: SendProblem[] = []

  constructor(
    public docs: string,
    readonly rules: SendRules = {},
  ) {}

  limit(name: LimitName): Limit {
    return this.rules.limits?.[name] ?? limits[name]
  }

  add(path: string, rule: Rule, detail: string, more: ProblemDetails = {}): void {
    if (this.problems.length >= problemsMax) return
    const { limit, code = codeOfRule[rule], docs = this.docs, subcode } = more
    this.problems.push({
      path,
      rule,
      code,
      detail,
      ...(subcode === undefined ? {} : { subcode }),
      ...(limit === undefined ? {} : { limit }),
      docs,
    })
  }
}
