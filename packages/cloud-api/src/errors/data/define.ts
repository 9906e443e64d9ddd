import type { ErrorCause, ErrorClass, ErrorEntry } from '../entry.ts'

type More = Partial<Pick<ErrorEntry, 'waitMs' | 'triesMax' | 'subcode' | 'docs'>>

const docsRoot = 'https://developers.facebook.com/docs/whatsapp'
export const errorCodesPage = `${docsRoot}/cloud-api/support/error-codes`
export const groupsPage = `${docsRoot}/cloud-api/groups/error-codes`
export const callingPage = `${docsRoot}/cloud-api/calling/troubleshooting`
export const flowsPage = `${docsRoot}/flows/reference/error-codes`
export const templatesPage = `${docsRoot}/business-management-api/message-templates`
export const numbersPage = `${docsRoot}/business-management-api/manage-phone-numbers`
export const blocksPage = `${docsRoot}/cloud-api/block-users`
export const usernamesPage = `${docsRoot}/cloud-api/business-usernames`

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
  docs: errorCodesPage,
  ...more,
})

export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
