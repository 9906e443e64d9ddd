import {
  createTableRelationsHelpers,
  type ExtractTablesWithRelations,
  extractTablesRelationalConfig,
} from 'drizzle-orm'
import { PgDatabase, PgDialect } from 'drizzle-orm/pg-core'
import { type PostgresJsQueryResultHKT, PostgresJsSession } from 'drizzle-orm/postgres-js'
import type { Sql, Tx } from './types.ts'

export type Orm<S extends Record<string, unknown>> = PgDatabase<
  PostgresJsQueryResultHKT,
  S,
  ExtractTablesWithRelations<S>
>

const dialect = new PgDialect()

/**
 * drizzle over a pool or inside a transaction. Built by hand because `drizzle(client)` replaces the client's
 * parsers, after which raw statements on the same pool return dates as text; and because it cannot be given a
 * transaction.
 */
export function ormOf<S extends Record<string, unknown>>(sql: Sql | Tx, schema: S): Orm<S> {
  const { tables, tableNamesMap } = extractTablesRelationalConfig(schema, createTableRelationsHelpers)
  const relational = { fullSchema: schema, schema: tables, tableNamesMap } as never
  const session = new PostgresJsSession(sql as never, dialect, relational)
  return new PgDatabase(dialect, session as never, relational) as Orm<S>
}
