import type { RuleMatch } from '#lib/api-types.ts'
import { m } from '#lib/paraglide/messages.js'

const matches: Record<RuleMatch, () => string> = {
  any_word: m.rule_match_any_word,
  exact: m.rule_match_exact,
  starts_with: m.rule_match_starts_with,
}
export const matchWord = (match: RuleMatch): string => matches[match]()
export const matchKinds = Object.keys(matches) as RuleMatch[]
