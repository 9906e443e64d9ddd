import type { Uuid } from '@palomar/contracts'
import { type Db, type Orm, ormOf, type Tx, type TxOptions } from '@palomar/db'
import * as schema from './schema.ts'

export type TenancyOrm = Orm<typeof schema>

/**
 * An open transaction that sees one tenant's rows. Every query of a tenant-owned table takes it first, so there is
 * no unscoped query to reach for; each still says `tenant_id = …` itself (CONTRACTS 8).
 */
export interface Scope {
  readonly tenantId: Uuid
  readonly tx: Tx
  readonly orm: TenancyOrm
}

export function inTenant<T>(
  db: Db,
  tenantId: Uuid,
  work: (scope: Scope) => Promise<T>,
  options?: TxOptions,
): Promise<T> {
  return db.forTenant(tenantId, (tx) => work({ tenantId, tx, orm: ormOf(tx, schema) }), options)
}

/** A transaction for the tables without tenant. */
export function onPlatform<T>(db: Db, work: (orm: TenancyOrm, tx: Tx) => Promise<T>): Promise<T> {
  return db.system((tx) => work(ormOf(tx, schema), tx))
}
