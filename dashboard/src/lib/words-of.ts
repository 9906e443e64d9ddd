/** A text in the languages that the API writes for people. */
export interface Words {
  es: string
  pt: string
  en: string
}

export const inLanguage = (words: Words, locale: string): string => words[locale as keyof Words] ?? words.en

export function isWords(value: unknown): value is Words {
  return typeof value === 'object' && value !== null && 'es' in value && 'pt' in value && 'en' in value
}
