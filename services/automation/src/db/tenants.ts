import { column, type Tx } from '@palomar/db'

export interface TenantCopy {
  tenantId: string
  version: bigint
  /** active, suspended, deleted */
  state: string
}

/** Keeps the highest version of each; a deleted company leaves nothing but that row. */
export async function foldTenants(tx: Tx, copies: readonly TenantCopy[]): Promise<void> {
  const highest = new Map<string, TenantCopy>()
  for (const copy of copies) {
    const held = highest.get(copy.tenantId)
    if (!held || held.version < copy.version) highest.set(copy.tenantId, copy)
  }
  const kept = [...highest.values()].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1))
  const changed = await tx<{ tenantId: string; state: string }[]>`
    insert into tenants as t (tenant_id, version, state)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        kept.map((copy) => copy.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'bigint',
        kept.map((copy) => copy.version),
      )}::bigint[],
      ${column(
        tx,
        'text',
        kept.map((copy) => copy.state),
      )}::text[]
    )
    on conflict (tenant_id) do update set version = excluded.version, state = excluded.state
      where excluded.version > t.version
    returning tenant_id as "tenantId", state`
  const gone = changed.filter((row) => row.state === 'deleted').map((row) => row.tenantId)
  if (gone.length === 0) return
  const list = column(tx, 'uuid', gone)
  await tx`delete from webhook_deliveries where tenant_id = any(${list}::uuid[])`
  await tx`delete from webhook_endpoints where tenant_id = any(${list}::uuid[])`
  await tx`delete from answers where tenant_id = any(${list}::uuid[])`
  await tx`delete from rules where tenant_id = any(${list}::uuid[])`
}

/** Those of these companies that are not active. One that we have not heard of is. */
export async function inactiveTenants(tx: Tx, tenantIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from tenants
    where tenant_id = any(${column(tx, 'uuid', tenantIds)}::uuid[]) and state <> 'active'`
  return new Set(rows.map((row) => row.tenantId))
}
