import { retryAfter } from './retry-schedule.ts'

/** Why a try failed, as listings name it; `answered` has a status beside it. */
export type Failure =
  | 'answered'
  | 'redirected'
  | 'timed_out'
  | 'name_unresolved'
  | 'address_refused'
  | 'connection_failed'
  | 'tls_failed'
  | 'url_refused'

/** What came of one request. */
export type Tried =
  | { status: number; retryAfterMs: number; durationMs: number }
  | { failure: Exclude<Failure, 'answered' | 'redirected'>; durationMs: number }

export type Outcome =
  | { kind: 'delivered' }
  /** Again in `inMs`. */
  | { kind: 'again'; inMs: number; failure: Failure }
  /** No try is left. */
  | { kind: 'failed'; failure: Failure }
  /** 410: the endpoint wants nothing more. */
  | { kind: 'gone' }

/** What follows from a try, when `failures` tries of this delivery had failed before it. */
export function outcomeOf(tried: Tried, failures: number, random?: () => number): Outcome {
  if ('status' in tried) {
    if (tried.status >= 200 && tried.status < 300) return { kind: 'delivered' }
    if (tried.status === 410) return { kind: 'gone' }
  }
  const failure = failureOf(tried)
  const inMs = retryAfter(failures + 1, 'status' in tried ? tried.retryAfterMs : 0, random)
  return inMs === undefined ? { kind: 'failed', failure } : { kind: 'again', inMs, failure }
}

/** Redirects are not followed: they would lead past the check of the address. */
export function failureOf(tried: Tried): Failure {
  if (!('status' in tried)) return tried.failure
  return tried.status >= 300 && tried.status < 400 ? 'redirected' : 'answered'
}
