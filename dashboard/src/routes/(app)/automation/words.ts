import type { RuleMatch } from '#lib/api-types.ts'
import { m } from '#lib/paraglide/messages.js'

const matches: Record<RuleMatch, () => string> = {
  any_word: m.rule_match_any_word,
  exact: m.rule_match_exact,
  starts_with: m.rule_match_starts_with,
}
export const matchWord = (match: RuleMatch): string => matches[match]()
export const matchKinds = Object.keys(matches) as RuleMatch[]

const refusals: Record<string, () => string> = {
  loop_protection: m.rule_refused_loop_protection,
  number_paused: m.rule_refused_number_paused,
  window_closed: m.rule_refused_window_closed,
  quota_exceeded: m.rule_refused_quota_exceeded,
  recipient_suppressed: m.rule_refused_recipient_suppressed,
  expired: m.rule_refused_expired,
}
/** A code without words shows as it is, so that nothing is hidden. */
export const refusalWord = (code: string): string => refusals[code]?.() ?? code
