import { type FieldError, toAppError } from './app-error.ts'
import { type ErrorCode, errorCatalogue } from './catalogue.ts'

/** The body of an `application/problem+json` answer (RFC 9457). */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  errors: FieldError[]
  request_id: string
  /** ISO 8601, UTC. */
  until?: string
}

/** What the tenant reads. An error that is not ours becomes `internal` with nothing of its text. */
export function toProblem(error: unknown, requestId: string): { status: number; body: Problem } {
  const { code, detail, fields, until } = toAppError(error)
  const { http, title } = errorCatalogue[code]
  const body: Problem = {
    type: `urn:palomar:error:${code}`,
    title,
    status: http,
    code,
    detail,
    errors: (fields ?? []).map(({ path, code, detail }) => ({ path, code, detail })),
    request_id: requestId,
  }
  if (until) body.until = until.toISOString()
  return { status: http, body }
}
