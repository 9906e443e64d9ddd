/**
 * Text as rules compare it: case, accents, punctuation and the joints of emoji are gone, what is left are its words.
 * `¿Horário?` and `HORARIO` are the same word; symbols and emoji are words of their own.
 */
export function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}|\p{Cf}/gu, '')
    .toLowerCase()
  return folded.match(/[\p{L}\p{N}]+|\p{Extended_Pictographic}|\p{S}/gu) ?? []
}
