import type { RuleMatch } from './api-types.ts'

/**
 * Whether a rule would answer a text, for trying it out before it is saved. The service decides; this says the same (see
 * match-rule.ts of automation: case, accents and punctuation do not count, words do).
 */
export function wouldAnswer(match: RuleMatch, keywords: readonly string[], text: string): boolean {
  const words = wordsOf(text)
  return keywords.some((keyword) => {
    const wanted = wordsOf(keyword)
    if (wanted.length === 0) return false
    const isAt = (at: number) => wanted.every((word, n) => words[at + n] === word)
    if (match === 'exact') return wanted.length === words.length && isAt(0)
    if (match === 'starts_with') return isAt(0)
    return words.some((_, at) => isAt(at))
  })
}

/** Keywords as people type them: between commas or on lines of their own. */
export function keywordsOf(typed: string): string[] {
  return [...new Set(typed.split(/[,\n]/).map((keyword) => keyword.trim()))].filter(Boolean)
}

function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}|\p{Cf}/gu, '')
    .toLowerCase()
  return folded.match(/[\p{L}\p{N}]+|\p{Extended_Pictographic}|\p{S}/gu) ?? []
}
