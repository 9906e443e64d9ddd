import type { dispatcherV1 } from '@palomar/contracts'
import { errorCatalogue, isErrorCode } from '@palomar/errors'

export type Refusal = dispatcherV1.Refusal

/** A "no" that the product expects: an answer, not an exception. */
export function refusal(code: string, more: Partial<Omit<Refusal, 'code'>> = {}): Refusal {
  const detail = isErrorCode(code) ? errorCatalogue[code].detail : ''
  return { code, detail, field: '', until: undefined, alternatives: [], ...more }
}
