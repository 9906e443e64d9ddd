import type { WireError } from '../webhook/fields/message.ts'

/** Meta's error object of a webhook. */
export interface MetaErrorItem {
  code: number
  title: string
  details: string
  href: string
}

export const errorItems = (errors: readonly WireError[] | undefined): MetaErrorItem[] =>
  errors === undefined
    ? []
    : errors.map(({ code = 0, title, message, error_data, details, href }) => ({
        code: Math.trunc(code),
        title: title || message || '',
        // Older senders have it at the top.
        details: error_data?.details || details || '',
        href: href ?? '',
      }))
