import type { Tx } from '@palomar/db'
import { columnsOf } from './facts.ts'

export interface NumberCopy {
  tenantId: string
  id: string
  version: bigint
  state: string
  displayPhoneNumber: string
  verifiedName: string
}

/** The highest version of each number holds, whichever comes first. */
export async function foldNumbers(tx: Tx, told: readonly NumberCopy[]): Promise<void> {
  const highest = new Map<string, NumberCopy>()
  for (const row of told) {
    const key = `${row.tenantId}/${row.id}`
    if ((highest.get(key)?.version ?? -1n) < row.version) highest.set(key, row)
  }
  const rows = [...highest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  const of = columnsOf(tx, rows)
  await tx`
    insert into numbers as n (tenant_id, id, version, state, display_phone_number, verified_name)
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.id)}::uuid[],
      ${of('bigint', (row) => row.version)}::bigint[],
      ${of('text', (row) => row.state)}::text[],
      ${of('text', (row) => row.displayPhoneNumber)}::text[],
      ${of('text', (row) => row.verifiedName)}::text[]
    )
    on conflict (tenant_id, id) do update set version = excluded.version, state = excluded.state,
      display_phone_number = excluded.display_phone_number, verified_name = excluded.verified_name
    where excluded.version > n.version`
}

export function numbersOf(tx: Tx, tenantId: string) {
  return tx<NumberCopy[]>`
    select tenant_id as "tenantId", id, version, state, display_phone_number as "displayPhoneNumber",
      verified_name as "verifiedName"
    from numbers where tenant_id = ${tenantId}`
}
