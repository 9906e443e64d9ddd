import type postgres from 'postgres'

/** int8 arrives as bigint, timestamptz as Date (milliseconds), json and jsonb parsed. */
export type SqlTypes = { bigint: bigint }
export type Sql = postgres.Sql<SqlTypes>

declare const committed: unique symbol
/**
 * A transaction opened by {@link Db}: a tagged template like `Sql`. Events given to `insertOutbox` and
 * `insertLive` travel with it; that is why a bare `sql.begin` will not do.
 */
export type Tx = postgres.TransactionSql<SqlTypes> & { readonly [committed]: true }

/** What db needs of a logger; `createLogger` of runtime fits. */
export interface DbLogger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}
