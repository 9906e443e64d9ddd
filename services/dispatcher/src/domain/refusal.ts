import type { dispatcherV1 } from '@palomar/contracts'
import { type ErrorCode, errorCatalogue } from '@palomar/errors'

export type Refusal = dispatcherV1.Refusal

/** A "no" that the product expects: an answer, not an exception. */
export function refusal(code: ErrorCode, more: Partial<Omit<Refusal, 'code'>> = {}): Refusal {
  return { code, detail: errorCatalogue[code].detail, field: '', until: undefined, alternatives: [], ...more }
}
