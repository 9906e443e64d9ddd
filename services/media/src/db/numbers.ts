import { column, type Tx } from '@palomar/db'

export interface NumberCopy {
  tenantId: string
  id: string
  version: bigint
  phoneNumberId: string
  graphVersion: string
  tokenVersion: bigint
  state: string
}

/** The highest version of each number holds, whichever comes first. */
export async function foldNumbers(tx: Tx, rows: readonly NumberCopy[]): Promise<void> {
  const highest = new Map<string, NumberCopy>()
  for (const row of rows) {
    if ((highest.get(row.id)?.version ?? -1n) < row.version) highest.set(row.id, row)
  }
  const sorted = [...highest.values()].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  const of = (type: 'uuid' | 'text' | 'bigint', value: (row: NumberCopy) => string | bigint) =>
    column(tx, type, sorted.map(value))
  await tx`
    insert into numbers as n (tenant_id, id, version, phone_number_id, graph_version, token_version, state)
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.id)}::uuid[],
      ${of('bigint', (row) => row.version)}::bigint[],
      ${of('text', (row) => row.phoneNumberId)}::text[],
      ${of('text', (row) => row.graphVersion)}::text[],
      ${of('bigint', (row) => row.tokenVersion)}::bigint[],
      ${of('text', (row) => row.state)}::text[]
    )
    on conflict (tenant_id, id) do update set version = excluded.version, phone_number_id = excluded.phone_number_id,
      graph_version = excluded.graph_version, token_version = excluded.token_version, state = excluded.state
    where excluded.version > n.version`
}

/** Those of these that are known, in no order. */
export async function readNumbers(
  tx: Tx,
  keys: readonly { tenantId: string; id: string }[],
): Promise<NumberCopy[]> {
  return tx<NumberCopy[]>`
    select n.tenant_id as "tenantId", n.id, n.version, n.phone_number_id as "phoneNumberId",
      n.graph_version as "graphVersion", n.token_version as "tokenVersion", n.state
    from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.id),
      )}::uuid[]
    ) as k (tenant_id, id)
    join numbers n on n.tenant_id = k.tenant_id and n.id = k.id`
}
