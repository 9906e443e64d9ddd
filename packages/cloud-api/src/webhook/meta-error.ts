import type { Json } from '../json.ts'
import { numberIn, objectIn, objectsIn, textIn } from './value.ts'

/** Meta's error object of a webhook. */
export interface MetaErrorItem {
  code: number
  title: string
  details: string
  href: string
}

export function errorsIn(value: Json | undefined): MetaErrorItem[] {
  return objectsIn(value).map((error) => ({
    code: Math.trunc(numberIn(error.code) ?? 0),
    title: textIn(error.title) || textIn(error.message),
    // Older senders have it at the top.
    details: textIn(objectIn(error.error_data).details) || textIn(error.details),
    href: textIn(error.href),
  }))
}
