import type { Uuid } from '@palomar/contracts'
import type { Sql, Tx } from '@palomar/db'
import { and, eq } from 'drizzle-orm'
import { looked } from './finders.ts'
import { metaIds } from './schema.ts'
import type { Scope } from './scope.ts'

type Kind = 'phone_number' | 'waba'

/** False: another row, of this company or any other, has it. Waits for a transaction that is about to take it. */
export async function claimMetaId(scope: Scope, kind: Kind, metaId: string, rowId: Uuid): Promise<boolean> {
  const claimed = await scope.orm
    .insert(metaIds)
    .values({ kind, metaId, tenantId: scope.tenantId, rowId })
    .onConflictDoNothing()
    .returning({ rowId: metaIds.rowId })
  return claimed.length > 0
}

export async function releaseMetaId(scope: Scope, kind: Kind, rowId: Uuid): Promise<void> {
  await scope.orm
    .delete(metaIds)
    .where(and(eq(metaIds.tenantId, scope.tenantId), eq(metaIds.kind, kind), eq(metaIds.rowId, rowId)))
}

/** The company is going: others may have what was its. */
export async function releaseAllMetaIds(scope: Scope): Promise<void> {
  await scope.orm.delete(metaIds).where(eq(metaIds.tenantId, scope.tenantId))
}

/** Whose it is. Undefined is certain: nobody's. */
export async function ownerOfMetaId(
  sql: Sql | Tx,
  kind: Kind,
  metaId: string,
): Promise<{ tenantId: Uuid; rowId: Uuid } | undefined> {
  const [row] = await looked(sql<{ tenantId: Uuid; rowId: Uuid }[]>`
    select tenant_id as "tenantId", row_id as "rowId" from tenancy.meta_ids
    where kind = ${kind} and meta_id = ${metaId}`)
  return row
}
