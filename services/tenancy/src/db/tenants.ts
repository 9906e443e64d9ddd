import type { Uuid } from '@palomar/contracts'
import { type Db, ormOf } from '@palomar/db'
import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import * as schema from './schema.ts'
import { tenantKeys, tenants } from './schema.ts'
import type { Scope } from './scope.ts'

export type TenantRow = typeof tenants.$inferSelect

/**
 * The tenant, unless it is deleted. `share` keeps it from being deleted or suspended until this transaction ends, so
 * that nothing is added to a company that goes; `update` makes the changes of a company take turns.
 */
export async function tenantRow(scope: Scope, lock?: 'share' | 'update'): Promise<TenantRow | undefined> {
  const query = scope.orm
    .select()
    .from(tenants)
    .where(and(eq(tenants.tenantId, scope.tenantId), ne(tenants.state, 'deleted')))
  const [row] = await (lock ? query.for(lock) : query)
  return row
}

export async function insertTenant(
  scope: Scope,
  tenant: typeof tenants.$inferInsert,
): Promise<TenantRow | undefined> {
  const [row] = await scope.orm.insert(tenants).values(tenant).onConflictDoNothing().returning()
  return row
}

export async function updateTenant(
  scope: Scope,
  patch: Partial<Pick<TenantRow, 'name' | 'state' | 'language' | 'timeZone' | 'country'>>,
): Promise<TenantRow> {
  const [row] = await scope.orm
    .update(tenants)
    .set({ ...patch, version: sql`${tenants.version} + 1`, updatedAt: sql`now()` })
    .where(eq(tenants.tenantId, scope.tenantId))
    .returning()
  if (!row) throw new Error('the tenant was read in this transaction and is gone')
  return row
}

export async function insertTenantKey(scope: Scope, sealedKey: Uint8Array): Promise<void> {
  await scope.orm.insert(tenantKeys).values({ tenantId: scope.tenantId, sealedKey }).onConflictDoNothing()
}

export async function sealedTenantKey(scope: Scope): Promise<Uint8Array | undefined> {
  const [row] = await scope.orm.select().from(tenantKeys).where(eq(tenantKeys.tenantId, scope.tenantId))
  return row?.sealedKey
}

/** What was sealed with the key cannot be read again. */
export async function destroyTenantKey(scope: Scope): Promise<void> {
  await scope.orm.delete(tenantKeys).where(eq(tenantKeys.tenantId, scope.tenantId))
}

export async function replaceTenantKey(scope: Scope, was: Uint8Array, sealedKey: Uint8Array): Promise<void> {
  await scope.orm
    .update(tenantKeys)
    .set({ sealedKey })
    .where(and(eq(tenantKeys.tenantId, scope.tenantId), eq(tenantKeys.sealedKey, was)))
}

/** The rows of a list whose ids a finder gave, in the order of their ids. */
export function tenantsByIds(db: Db, ids: readonly Uuid[]): Promise<TenantRow[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db.forTenants(ids, async (tx) =>
    ormOf(tx, schema)
      .select()
      .from(tenants)
      .where(inArray(tenants.tenantId, [...ids]))
      .orderBy(asc(tenants.tenantId)),
  )
}

export function sealedKeysByIds(db: Db, ids: readonly Uuid[]): Promise<(typeof tenantKeys.$inferSelect)[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db.forTenants(ids, async (tx) =>
    ormOf(tx, schema)
      .select()
      .from(tenantKeys)
      .where(inArray(tenantKeys.tenantId, [...ids])),
  )
}
