import { type ErrorCode, errorCatalogue } from './catalogue.ts'

/** One field of a request that is not valid. All three parts are public. */
export interface FieldError {
  /** Where in the request, such as `template.components[0].parameters`. */
  path: string
  /** A stable word for programs, such as `required`. */
  code: string
  /** A sentence for the tenant. */
  detail: string
}

export interface AppErrorOptions {
  /** Public text; the code's own when absent. */
  detail?: string
  /** For our logs only. Never message text, tokens or whole phone numbers. */
  internal?: string
  fields?: FieldError[]
  /** From when on it is worth trying again. Public. */
  until?: Date
  /** Facts for our logs only. */
  meta?: Record<string, unknown>
  cause?: unknown
}

/**
 * The one error of Palomar. `detail`, `fields` and `until` are for the tenant; `internal`, `meta`, `cause` and
 * `message` never leave our processes.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly detail: string
  readonly internal?: string
  readonly fields?: FieldError[]
  readonly until?: Date
  readonly meta?: Record<string, unknown>

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const detail = options.detail ?? errorCatalogue[code].detail
    super(
      `${code}: ${options.internal ?? detail}`,
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.code = code
    this.detail = detail
    if (options.internal !== undefined) this.internal = options.internal
    if (options.fields !== undefined) this.fields = options.fields
    if (options.until !== undefined) this.until = options.until
    if (options.meta !== undefined) this.meta = options.meta
  }
}

export function appError(code: ErrorCode, options: AppErrorOptions = {}): AppError {
  return new AppError(code, options)
}

/** Itself when it is one of ours; else `internal` with the original as cause, so that nothing of it comes out. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError
    ? error
    : new AppError('internal', { internal: 'unexpected', cause: error })
}
