import { column, type Tx } from '@palomar/db'

export interface CompanyCopy {
  tenantId: string
  version: bigint
  language: string
}

/** The highest version of each company holds; the same one again fills in what an earlier copy did not have. */
export async function foldCompanies(tx: Tx, rows: readonly CompanyCopy[]): Promise<void> {
  const highest = new Map<string, CompanyCopy>()
  for (const row of rows) {
    if ((highest.get(row.tenantId)?.version ?? -1n) < row.version) highest.set(row.tenantId, row)
  }
  const sorted = [...highest.values()].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1))
  await tx`
    insert into companies as c (tenant_id, version, language)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'bigint',
        sorted.map((row) => row.version),
      )}::bigint[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.language),
      )}::text[]
    )
    on conflict (tenant_id) do update set version = excluded.version, language = excluded.language
    where excluded.version >= c.version and excluded.language <> ''`
}

/** By tenant; companies that have not been told yet are missing. */
export async function languagesOf(tx: Tx, tenants: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx<{ tenantId: string; language: string }[]>`
    select c.tenant_id as "tenantId", c.language from companies c
    where c.tenant_id = any(${column(tx, 'uuid', tenants)}::uuid[])`
  return new Map(rows.map((row) => [row.tenantId, row.language]))
}
