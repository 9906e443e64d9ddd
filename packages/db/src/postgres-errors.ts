import { DrizzleQueryError } from 'drizzle-orm'
import postgres from 'postgres'

/**
 * What went wrong, out of drizzle's wrapping: that hides the SQLSTATE, and its message quotes the statement's
 * parameters, which are for no log.
 */
export function unwrapped(err: unknown): unknown {
  return err instanceof DrizzleQueryError && err.cause !== undefined ? err.cause : err
}

/** SQLSTATE of an error that Postgres itself raised, through drizzle or not; undefined for anything else. */
export function sqlState(err: unknown): string | undefined {
  const raised = unwrapped(err)
  return raised instanceof postgres.PostgresError ? raised.code : undefined
}

/** For a transaction that finds what it read no longer true: thrown, it runs again from the start. */
export class LostRace extends Error {
  override readonly name = 'LostRace'
}

/** The work lost a race (serialisation failure, deadlock, {@link LostRace}): it may simply run again. */
export function isConflict(err: unknown): boolean {
  if (err instanceof LostRace) return true
  const state = sqlState(err)
  return state === '40001' || state === '40P01'
}

/**
 * A row is at fault, not the statement: bad value (22), broken constraint (23), over a program limit such as an
 * index entry that is too long (54).
 */
export function isDataError(err: unknown): boolean {
  const state = sqlState(err)
  return state !== undefined && /^(22|23|54)/.test(state)
}

export function isUniqueViolation(err: unknown, constraint?: string): boolean {
  if (sqlState(err) !== '23505') return false
  return constraint === undefined || (unwrapped(err) as postgres.PostgresError).constraint_name === constraint
}

const networkCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])

/**
 * Postgres is away, going away, full (08, 53, 57) or read-only after a fail-over (25006). What was asked may or
 * may not have happened; everything we write can be written again.
 */
export function isUnavailable(err: unknown): boolean {
  const state = sqlState(err)
  if (state !== undefined) return /^(08|53|57P|25006)/.test(state)
  const code = (unwrapped(err) as { code?: unknown } | null)?.code
  return typeof code === 'string' && networkCodes.has(code)
}

/** The statement ran into `statement_timeout` or was cancelled. */
export function isTimeout(err: unknown): boolean {
  return sqlState(err) === '57014'
}
