import { wordsOf } from './fold-text.ts'

export const matches = ['any_word', 'exact', 'starts_with'] as const
export type Match = (typeof matches)[number]

/** What of a rule decides whether it answers a text. */
export interface Matching {
  keywords: readonly string[]
  match: Match
}

/**
 * any_word: one keyword is in the text, word by word (`horario de atención` needs its three words in a row); exact: it is
 * the whole text; starts_with: the text begins with it.
 */
export function matchesText({ keywords, match }: Matching, text: string): boolean {
  const words = wordsOf(text)
  return keywords.some((keyword) => {
    const wanted = wordsOf(keyword)
    if (wanted.length === 0) return false
    if (match === 'exact') return wanted.length === words.length && isAt(words, wanted, 0)
    if (match === 'starts_with') return isAt(words, wanted, 0)
    return words.some((_, at) => isAt(words, wanted, at))
  })
}

function isAt(words: readonly string[], wanted: readonly string[], at: number): boolean {
  return wanted.every((word, n) => words[at + n] === word)
}

/** The rule that answers: the first that matches, in the order given; a rule with numbers hears only those. */
export function firstMatch<R extends Matching & { numberIds: readonly string[] }>(
  rules: readonly R[],
  message: { numberId: string; text: string },
): R | undefined {
  return rules.find(
    (rule) =>
      (rule.numberIds.length === 0 || rule.numberIds.includes(message.numberId)) &&
      matchesText(rule, message.text),
  )
}
