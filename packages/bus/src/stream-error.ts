import { AppError, appError } from '@palomar/errors'
import { ErrorCode, NatsError } from 'nats'

/** JetStream's own "no", as it answers a publish or an API request. */
export interface StreamRefusal {
  code: number
  err_code: number
  description: string
}

export const apiErrors = { streamNotFound: 10059, consumerNotFound: 10014, messageNotFound: 10037 } as const

/** What a failed publish or request means to a caller: it may not have happened; try again later. */
export function unavailable(cause: unknown, what: string): AppError {
  if (cause instanceof AppError) return cause
  if (cause instanceof NatsError && cause.code === ErrorCode.MaxPayloadExceeded)
    return appError('payload_too_large', { internal: `${what}: larger than the server's max_payload`, cause })
  const reason = cause instanceof NatsError ? describe(cause) : String(cause)
  return appError('unavailable', { internal: `${what}: ${reason}`, cause })
}

export function refused(refusal: StreamRefusal, what: string): AppError {
  return appError('unavailable', {
    internal: `${what}: refused by JetStream (${refusal.err_code} ${refusal.description})`,
    meta: { err_code: refusal.err_code },
  })
}

/** No stream listens on the subject, or JetStream itself is away. */
export function hasNoResponders(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.NoResponders
}

export function isApiError(error: unknown, code: number): boolean {
  return error instanceof NatsError && error.api_error?.err_code === code
}

function describe(error: NatsError): string {
  if (error.code === ErrorCode.NoResponders) return 'no stream answers'
  if (error.code === ErrorCode.Timeout) return 'no answer in time'
  return error.api_error ? `${error.api_error.err_code} ${error.api_error.description}` : error.message
}
