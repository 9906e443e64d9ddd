import { pages } from '../../pages.ts'
import type { ErrorCause, ErrorClass, ErrorEntry } from '../entry.ts'

type More = Partial<Pick<ErrorEntry, 'waitMs' | 'triesMax' | 'subcode' | 'docs'>>

type Advice = [es: string, pt: string, en: string]

/** Codes that share class, cause and advice. */
export const family = (
  { errorClass, cause, arrives = 'answer', http = 400, ...more }: Family,
  advice: Advice,
  rows: readonly [code: number, title: string, own?: More & { http?: number; class?: ErrorClass }][],
): ErrorEntry[] =>
  rows.map(([code, title, own = {}]) => {
    const { http: ownHttp = http, class: ownClass = errorClass, ...rest } = own
    return row(code, title, ownClass, cause, ownHttp, arrives, advice, { ...more, ...rest })
  })

interface Family extends More {
  errorClass: ErrorClass
  cause: ErrorCause
  arrives?: ErrorEntry['arrives']
  http?: number
}

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
): ErrorEntry => ({
  code,
  title,
  class: errorClass,
  cause,
  http,
  arrives,
  advice: { es, pt, en },
  docs: pages.errorCodes,
  ...more,
})

export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
