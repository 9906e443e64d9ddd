import { column, type Tx } from '@palomar/db'

export interface NumberCopy {
  tenantId: string
  id: string
  version: bigint
  phoneNumberId: string
  portfolioId: string
  state: string
}

/** The highest version of each number holds, whichever comes first. */
export async function foldNumbers(tx: Tx, rows: readonly NumberCopy[]): Promise<void> {
  const highest = new Map<string, NumberCopy>()
  for (const row of rows) {
    if ((highest.get(row.id)?.version ?? -1n) < row.version) highest.set(row.id, row)
  }
  const sorted = [...highest.values()].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  await tx`
    insert into numbers as n (tenant_id, id, version, phone_number_id, portfolio_id, state)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.id),
      )}::uuid[],
      ${column(
        tx,
        'bigint',
        sorted.map((row) => row.version),
      )}::bigint[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.phoneNumberId),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.portfolioId),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.state),
      )}::text[]
    )
    on conflict (tenant_id, id) do update set version = excluded.version, phone_number_id = excluded.phone_number_id,
      portfolio_id = excluded.portfolio_id, state = excluded.state
    where excluded.version > n.version`
}

export async function findNumber(tx: Tx, tenantId: string, id: string): Promise<NumberCopy | undefined> {
  const [row] = await tx<NumberCopy[]>`
    select tenant_id as "tenantId", id, version, phone_number_id as "phoneNumberId", portfolio_id as "portfolioId", state
    from numbers where tenant_id = ${tenantId} and id = ${id}`
  return row
}
