/** gRPC's status numbers; this package does not import grpc-js, so that pure code can use it. */
export const grpcStatus = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

export type GrpcStatusNumber = (typeof grpcStatus)[keyof typeof grpcStatus]

/**
 * What a consumer does with an event whose handler failed so: try that event again later, keep it as a dead letter,
 * or (infrastructure is down, no event is at fault) hand the whole batch back and pause.
 */
export type AckKind = 'retry' | 'dead' | 'nak'

export interface ErrorEntry {
  readonly grpc: GrpcStatusNumber
  readonly http: number
  readonly ack: AckKind
  /** problem+json's title: the same for every occurrence. */
  readonly title: string
  /** The public text when the thrower gives none. Written for the tenant. */
  readonly detail: string
}

const entry = (
  grpc: GrpcStatusNumber,
  http: number,
  ack: AckKind,
  title: string,
  detail: string,
): ErrorEntry => ({ grpc, http, ack, title, detail })

const s = grpcStatus

/**
 * Every way a request or an event can be refused. Codes are part of the public API: add, never rename. An error of
 * ours crosses gRPC by its code, so two codes may share a status.
 */
export const errorCatalogue = {
  bad_request: entry(s.invalidArgument, 400, 'dead', 'Bad request', 'The request could not be understood.'),
  validation_failed: entry(
    s.invalidArgument,
    422,
    'dead',
    'Validation failed',
    'Some fields are not valid; each is listed.',
  ),
  unauthenticated: entry(
    s.unauthenticated,
    401,
    'nak',
    'Not authenticated',
    'Sign in, or send a valid API key or access token.',
  ),
  token_expired: entry(
    s.unauthenticated,
    401,
    'nak',
    'Token expired',
    'The access token has expired; refresh it or sign in again.',
  ),
  refresh_reused: entry(
    s.unauthenticated,
    401,
    'dead',
    'Refresh token reused',
    'This refresh token was used before, so the session was ended. Sign in again.',
  ),
  forbidden: entry(s.permissionDenied, 403, 'dead', 'Not allowed', 'You are not allowed to do this.'),
  company_suspended: entry(
    s.permissionDenied,
    403,
    'dead',
    'Company suspended',
    'This company is suspended; ask the platform administrator.',
  ),
  not_found: entry(s.notFound, 404, 'dead', 'Not found', 'There is nothing here under this id.'),
  method_not_allowed: entry(
    s.unimplemented,
    405,
    'dead',
    'Method not allowed',
    'This address does not take this method.',
  ),
  conflict: entry(
    s.aborted,
    409,
    'retry',
    'Conflict',
    'The resource was changed by someone else meanwhile; read it again.',
  ),
  already_exists: entry(s.alreadyExists, 409, 'dead', 'Already exists', 'This already exists.'),
  idempotency_key_reused: entry(
    s.aborted,
    409,
    'dead',
    'Idempotency key reused',
    'This Idempotency-Key was used with another body within the last 24 hours.',
  ),
  not_cancellable: entry(
    s.failedPrecondition,
    409,
    'dead',
    'Cannot be cancelled',
    'The message can no longer be cancelled.',
  ),
  payload_too_large: entry(s.resourceExhausted, 413, 'dead', 'Too large', 'The request body is too large.'),
  unsupported_media_type: entry(
    s.invalidArgument,
    415,
    'dead',
    'Unsupported media type',
    'Send application/json.',
  ),
  window_closed: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Customer service window closed',
    'More than 24 hours have passed since the customer last wrote; send a template instead.',
  ),
  number_paused: entry(s.failedPrecondition, 422, 'dead', 'Number paused', 'This number is paused.'),
  number_unknown: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Number unknown',
    'This company has no such number; add it first.',
  ),
  recipient_suppressed: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Recipient suppressed',
    'This recipient has opted out or cannot be reached.',
  ),
  recipient_is_sender: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Recipient is the sender',
    'The recipient is the sending number itself.',
  ),
  recipient_needs_phone: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Recipient needs a phone number',
    'This message can only go to a phone number, and only the user id of the contact is known.',
  ),
  quiet_hours: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Quiet hours',
    'It is quiet time for this recipient.',
  ),
  sending_disabled: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Sending is switched off',
    'WhatsApp is not configured here, so nothing can be sent.',
  ),
  duplicate_recipient: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Duplicate recipient',
    'This recipient is in the same broadcast already.',
  ),
  template_not_found: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Template not found',
    'There is no such template in this language.',
  ),
  template_not_approved: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Template not approved',
    'Meta has not approved this template.',
  ),
  template_paused: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Template paused',
    'Meta has paused this template for its quality.',
  ),
  template_disabled: entry(
    s.failedPrecondition,
    422,
    'dead',
    'Template disabled',
    'Meta has disabled this template.',
  ),
  template_parameters: entry(
    s.invalidArgument,
    422,
    'dead',
    'Template parameters do not fit',
    'The parameters do not fit the template; each is listed.',
  ),
  media_not_stored: entry(
    s.failedPrecondition,
    409,
    'retry',
    'File not there',
    'The bytes of this file are not there yet, or could not be fetched.',
  ),
  media_deleted: entry(s.failedPrecondition, 409, 'dead', 'File deleted', 'This file was deleted.'),
  media_upload_expired: entry(
    s.failedPrecondition,
    409,
    'dead',
    'Upload expired',
    'The bytes of this file never came; start the upload again.',
  ),
  media_expired: entry(
    s.failedPrecondition,
    422,
    'dead',
    'File expired',
    'WhatsApp no longer has this file; it keeps a received one for days only.',
  ),
  media_too_large: entry(
    s.failedPrecondition,
    422,
    'dead',
    'File too large',
    'The file is larger than WhatsApp allows for its kind.',
  ),
  media_mismatch: entry(
    s.failedPrecondition,
    422,
    'dead',
    'File is another',
    'The bytes that came are not those that were announced.',
  ),
  media_refused: entry(
    s.failedPrecondition,
    422,
    'dead',
    'File refused',
    'WhatsApp does not take this file.',
  ),
  quota_exceeded: entry(
    s.resourceExhausted,
    429,
    'retry',
    'Quota used up',
    'The quota of this number is used up for today.',
  ),
  rate_limited: entry(
    s.resourceExhausted,
    429,
    'retry',
    'Too many requests',
    'Too many requests; slow down.',
  ),
  internal: entry(
    s.internal,
    500,
    'retry',
    'Internal error',
    'Something failed on our side; quote the request id when you report it.',
  ),
  meta_error: entry(
    s.failedPrecondition,
    502,
    'retry',
    'WhatsApp refused',
    'WhatsApp answered with an error.',
  ),
  unavailable: entry(
    s.unavailable,
    503,
    'nak',
    'Temporarily unavailable',
    'A part of the service is away for the moment; try again shortly.',
  ),
  deadline_exceeded: entry(
    s.deadlineExceeded,
    503,
    'nak',
    'Took too long',
    'The request took too long; try again shortly.',
  ),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorCatalogue, text)
}
