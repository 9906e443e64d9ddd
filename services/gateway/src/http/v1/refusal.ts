/** The dispatcher's "no" as problem+json: with until when it holds and what could be sent instead. */
import type { dispatcherV1 } from '@palomar/contracts'
import { AppError, type AppErrorOptions, isErrorCode } from '@palomar/errors'

export class SendRefused extends AppError {
  constructor(
    code: ConstructorParameters<typeof AppError>[0],
    options: AppErrorOptions,
    readonly alternatives: readonly string[],
  ) {
    super(code, options)
  }
}

export function refusalError(refused: dispatcherV1.Refusal): SendRefused {
  // A code this gateway does not know yet is still a refusal of what was asked, not a fault of ours.
  const code = isErrorCode(refused.code) ? refused.code : 'validation_failed'
  const detail = refused.detail === '' ? {} : { detail: refused.detail }
  const fields =
    refused.field === '' ? {} : { fields: [{ path: refused.field, code, detail: refused.detail }] }
  const until = refused.until ? { until: refused.until } : {}
  return new SendRefused(code, { ...detail, ...fields, ...until }, refused.alternatives)
}
