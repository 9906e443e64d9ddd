import { column, type Tx } from '@palomar/db'
import type { Fold } from '../domain/status-fold.ts'
import { type MessageRow, messageColumns } from './message-row.ts'

/** The messages, held until the transaction ends, in the order of their ids. */
export function lockMessages(
  tx: Tx,
  rows: readonly { tenantId: string; id: string }[],
): Promise<MessageRow[]> {
  return tx<MessageRow[]>`
    select ${messageColumns(tx)}
    from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.id),
      )}::uuid[]
    ) as asked (tenant_id, id)
    join messages m on m.tenant_id = asked.tenant_id and m.id = asked.id
    order by m.tenant_id, m.id
    for no key update of m`
}

/** Writes folds worked out on locked rows; each change is a version of the row. */
export function updateFolds(
  tx: Tx,
  rows: readonly { tenantId: string; id: string; fold: Fold; at: Date }[],
): Promise<MessageRow[]> {
  return tx<MessageRow[]>`
    update messages m set fold = row.fold, fold_rank = row.rank, fold_state = row.state, version = m.version + 1,
      state_at = row.at, state = case when row.rank > m.ledger_rank then row.state else m.state end
    from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.id),
      )}::uuid[],
      ${column(
        tx,
        'jsonb',
        rows.map((row) => JSON.stringify(row.fold)),
      )}::jsonb[],
      ${column(
        tx,
        'int',
        rows.map((row) => row.fold.rank),
      )}::int[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.fold.state),
      )}::text[],
      ${column(
        tx,
        'timestamptz',
        rows.map((row) => row.at),
      )}::timestamptz[]
    ) as row (tenant_id, id, fold, rank, state, at)
    where m.tenant_id = row.tenant_id and m.id = row.id
    returning ${messageColumns(tx)}`
}
