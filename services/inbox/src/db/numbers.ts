import { column, type Tx } from '@palomar/db'

export interface NumberCopy {
  tenantId: string
  id: string
  version: bigint
  phoneNumberId: string
  portfolioId: string
  state: string
  phone: string
}

/** The highest version of each number holds, whichever comes first. Returns what changed, with the state before. */
export async function foldNumbers(
  tx: Tx,
  rows: readonly NumberCopy[],
): Promise<(NumberCopy & { was: string | null })[]> {
  const highest = new Map<string, NumberCopy>()
  for (const row of rows) {
    if ((highest.get(row.id)?.version ?? -1n) < row.version) highest.set(row.id, row)
  }
  const sorted = [...highest.values()].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  return tx<(NumberCopy & { was: string | null })[]>`
    with row as (select * from unnest(
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
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.phone),
      )}::text[]
    ) as row (tenant_id, id, version, phone_number_id, portfolio_id, state, phone)),
    changed as (
      insert into numbers as n (tenant_id, id, version, phone_number_id, portfolio_id, state, phone)
      select * from row
      on conflict (tenant_id, id) do update set version = excluded.version, phone_number_id = excluded.phone_number_id,
        portfolio_id = excluded.portfolio_id, state = excluded.state, phone = excluded.phone
      where excluded.version > n.version
      returning n.*
    )
    select c.tenant_id as "tenantId", c.id, c.version, c.phone_number_id as "phoneNumberId",
      c.portfolio_id as "portfolioId", c.state, c.phone, before.state as was
    from changed c left join numbers before on before.tenant_id = c.tenant_id and before.id = c.id`
}

export async function findNumber(tx: Tx, tenantId: string, id: string): Promise<NumberCopy | undefined> {
  const [row] = await tx<NumberCopy[]>`
    select tenant_id as "tenantId", id, version, phone_number_id as "phoneNumberId", portfolio_id as "portfolioId", state, phone
    from numbers where tenant_id = ${tenantId} and id = ${id}`
  return row
}

/** The phones of numbers, by id; of those we have. */
export async function phonesOf(
  tx: Tx,
  numbers: readonly { tenantId: string; id: string }[],
): Promise<Map<string, string>> {
  const rows = await tx<{ id: string; phone: string }[]>`
    select n.id, n.phone
    from unnest(
      ${column(
        tx,
        'uuid',
        numbers.map((one) => one.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        numbers.map((one) => one.id),
      )}::uuid[]
    ) as asked (tenant_id, id)
    join numbers n on n.tenant_id = asked.tenant_id and n.id = asked.id`
  return new Map(rows.map((row) => [row.id, row.phone]))
}
