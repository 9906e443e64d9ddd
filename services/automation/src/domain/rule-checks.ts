import { appError, type FieldError } from '@palomar/errors'
import { wordsOf } from './fold-text.ts'
import { matches } from './match-rule.ts'

/** Each limit bounds what one message can cost: all rules of a company are tried against it. */
export const rulesMax = 100
export const keywordsMax = 50
export const keywordLengthMax = 100
export const numbersMax = 100
export const nameLengthMax = 120
/** Meta's limit of a text message. */
export const replyLengthMax = 4_096
/** A week. */
export const cooldownMaxS = 604_800
export const positionMax = 10_000

interface Checked {
  name: string
  keywords: readonly string[]
  match: string
  replyText: string
  cooldownS: number
  position: number
  numberIds: readonly string[]
}

/** Throws `validation_failed` with every field that is not valid. */
export function checkRule(rule: Checked): void {
  const fields: FieldError[] = []
  const say = (path: string, code: string, detail: string) => fields.push({ path, code, detail })
  if (rule.name.trim() === '') say('name', 'required', 'Give the rule a name.')
  if (rule.name.length > nameLengthMax) say('name', 'too_long', `At most ${nameLengthMax} characters.`)
  if (rule.keywords.length === 0) say('keywords', 'required', 'Give at least one keyword.')
  if (rule.keywords.length > keywordsMax) say('keywords', 'too_many', `At most ${keywordsMax} keywords.`)
  for (const [at, keyword] of rule.keywords.entries()) {
    const path = `keywords[${at}]`
    if (keyword.length > keywordLengthMax) say(path, 'too_long', `At most ${keywordLengthMax} characters.`)
    else if (wordsOf(keyword).length === 0)
      say(path, 'invalid', 'A keyword needs a letter, a digit or a symbol.')
  }
  if (!(matches as readonly string[]).includes(rule.match))
    say('match', 'invalid', `One of ${matches.join(', ')}.`)
  if (rule.replyText.trim() === '') say('reply_text', 'required', 'Say what to answer.')
  if (rule.replyText.length > replyLengthMax)
    say('reply_text', 'too_long', `At most ${replyLengthMax} characters.`)
  if (!isWithin(rule.cooldownS, cooldownMaxS))
    say('cooldown_s', 'invalid', `Between 0 and ${cooldownMaxS} seconds.`)
  if (!isWithin(rule.position, positionMax)) say('position', 'invalid', `Between 0 and ${positionMax}.`)
  if (rule.numberIds.length > numbersMax) say('number_ids', 'too_many', `At most ${numbersMax} numbers.`)
  if (fields.length > 0) throw appError('validation_failed', { fields })
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max
}
