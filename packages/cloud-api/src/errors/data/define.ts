import type { ErrorCause, ErrorClass, ErrorEntry } from '../entry.ts'

type More = Partial<Pick<ErrorEntry, 'waitMs' | 'triesMax'>>

/** One row of the catalogue. Advice in Spanish, Portuguese, English. */
export const row = (
  code: number,
  title: string,
  errorClass: ErrorClass,
  cause: ErrorCause,
  http: number,
  arrives: ErrorEntry['arrives'],
  [es, pt, en]: [es: string, pt: string, en: string],
  more: More = {},
): ErrorEntry => ({ code, title, class: errorClass, cause, http, arrives, advice: { es, pt, en }, ...more })

export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
