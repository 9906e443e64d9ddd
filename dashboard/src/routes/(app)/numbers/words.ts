import type { NumberCheck } from '#lib/api-types.ts'
import { m } from '#lib/paraglide/messages.js'

export const rateWord = (perSecond: number): string => m.per_second({ count: perSecond })

const checkWords: Record<NumberCheck['verdict'], () => string> = {
  ok: m.check_ok,
  limited: m.check_limited,
  blocked: m.check_blocked,
  token_invalid: m.check_token_invalid,
  not_found: m.check_not_found,
  refused: m.check_refused,
  unreachable: m.check_unreachable,
}
export const checkWord = (verdict: NumberCheck['verdict']): string => checkWords[verdict]()
export const checkTone = (verdict: NumberCheck['verdict']): 'good' | 'warning' | 'bad' =>
  verdict === 'ok' ? 'good' : verdict === 'limited' || verdict === 'unreachable' ? 'warning' : 'bad'
