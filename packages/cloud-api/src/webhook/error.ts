import { integer, type Json, object, text } from './read.ts'
import type { MetaError } from './types.ts'

/** Older shapes have no `error_data`, or the code as text. */
export function parseError(error: Json | undefined): MetaError[] {
  if (!error) return []
  return [
    {
      code: integer(error.code) ?? 0,
      title: text(error.title) ?? text(error.message) ?? '',
      details: text(object(error.error_data)?.details) ?? text(error.details) ?? '',
      href: text(error.href) ?? '',
    },
  ]
}
