import { column, type Tx } from '@palomar/db'
import type { Wamid } from './wamids.ts'

export interface ReceiptRow extends Wamid {
  participant: string
  status: string
  at: Date
  errorCode: number
}

/** Each status once. */
export async function insertReceipts(tx: Tx, rows: readonly ReceiptRow[]): Promise<void> {
  const key = (row: ReceiptRow) =>
    `${row.tenantId}/${row.numberId}/${row.wamid}/${row.participant}/${row.status}/${row.at.toISOString()}/${row.errorCode}`
  const sorted = [...new Map(rows.map((row) => [key(row), row])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
  await tx`
    insert into receipts (tenant_id, number_id, wamid, participant, status, at, error_code)
    select * from unnest(
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        sorted.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.wamid),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.participant),
      )}::text[],
      ${column(
        tx,
        'text',
        sorted.map((row) => row.status),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        sorted.map((row) => row.at),
      )}::timestamptz[],
      ${column(
        tx,
        'int',
        sorted.map((row) => row.errorCode),
      )}::int[]
    )
    on conflict do nothing`
}
