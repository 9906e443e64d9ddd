/**
 * What to do about one of Meta's errors.
 *
 * - `retry`: the same call again, with backoff and full jitter.
 * - `slow-number`, `slow-pair`, `slow-waba`, `slow-app`: again, and that rate goes down.
 * - `defer`: again, hours later.
 * - `pause-number`, `pause-waba`, `pause-template`: nothing of it can be sent until someone acts or the pause ends.
 * - `token`: nothing can be sent with this access token.
 * - `suppress`, `suppress-marketing`: this person cannot, or must not, be sent to.
 * - `fix-request`: this will never go as it is; something else, or something corrected, may.
 * - `never`: this message will never go, and nothing the sender does changes that.
 */
export const errorClasses = [
  'retry',
  'slow-number',
  'slow-pair',
  'slow-waba',
  'slow-app',
  'defer',
  'pause-number',
  'pause-waba',
  'pause-template',
  'token',
  'suppress',
  'suppress-marketing',
  'fix-request',
  'never',
] as const
export type ErrorClass = (typeof errorClasses)[number]

/** Whose move it is. */
export type ErrorCause =
  | 'meta'
  | 'limit'
  | 'recipient'
  | 'request'
  | 'template'
  | 'account'
  | 'credentials'
  | 'policy'

export interface Words {
  es: string
  pt: string
  en: string
}

export interface ErrorEntry {
  code: number
  /** Only with this subcode, which Meta gives beside a general code such as 100 or 200002. */
  subcode?: number
  /** Meta's own title, as in `(#131047) Re-engagement message`. */
  title: string
  class: ErrorClass
  cause: ErrorCause
  /** Meta's HTTP status as far as anyone has seen it. Never decide by it. */
  http: number
  /** In the answer to the call, in a failed status, either; or in the `errors` of a received message or of history. */
  arrives: 'answer' | 'status' | 'either' | 'inbound'
  /** Wait before the next try, when Meta or experience names one. */
  waitMs?: number
  /** Tries in all, when it is fewer than the caller would make. */
  triesMax?: number
  /** What happened and what to do, for the tenant. */
  advice: Words
  /** Meta's page about it. */
  docs: string
}
