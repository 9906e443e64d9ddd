/** The archive. Every function takes a transaction that is open for the tenants of its rows. */
import type { Tx } from '@palomar/db'
import type { Position } from '../domain/cursor.ts'
import { columnsOf, type KeptChange, keptColumns, keptSelection, keptValues } from './kept-change.ts'

export interface ChangeRow extends KeptChange {
  tenantId: string
  numberId: string | null
  portfolioId: string
}
export type ListedChange = Omit<ChangeRow, 'sealed'>

export interface NewChange extends ChangeRow {
  /** Hashes of who it speaks of, in hex. */
  identities: string[]
}

const selection = `tenant_id as "tenantId", number_id as "numberId", portfolio_id as "portfolioId", ${keptSelection}`

/**
 * Inserts what is new, with its identities, takes it out of what was unrouted, and counts the new rows. Rows come
 * sorted by (tenant, id). A second run changes nothing.
 */
export async function insertChanges(tx: Tx, rows: readonly NewChange[]): Promise<void> {
  if (rows.length === 0) return
  const of = columnsOf(tx, rows)
  const inserted = await tx<{ id: string }[]>`
    insert into ingest.changes (tenant_id, id, number_id, portfolio_id, ${tx.unsafe(keptColumns)})
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}, ${of('uuid', (row) => row.id)}, ${of('uuid', (row) => row.numberId)},
      ${of('text', (row) => row.portfolioId)}, ${keptValues(tx, rows)})
    on conflict do nothing
    returning id`
  await tx`delete from ingest.unrouted where id = any(${of('uuid', (row) => row.id)})`
  if (inserted.length === 0) return
  const fresh = new Set(inserted.map(({ id }) => id))
  await insertIdentities(
    tx,
    rows.filter(({ id }) => fresh.has(id)),
  )
  // Last: whoever else counts waits for this row until we commit.
  await tx`
    insert into ingest.totals (name, total) values ('routed', ${inserted.length})
    on conflict (name) do update set total = totals.total + excluded.total`
}

async function insertIdentities(tx: Tx, rows: readonly NewChange[]): Promise<void> {
  const people = rows.flatMap(({ tenantId, id, identities }) =>
    identities.map((identity) => ({ tenantId, id, identity })),
  )
  const of = columnsOf(tx, people)
  await tx`
    insert into ingest.change_identities (tenant_id, identity, change_id)
    select tenant_id, decode(identity, 'hex'), id from unnest(
      ${of('uuid', (one) => one.tenantId)}, ${of('text', (one) => one.identity)}, ${of('uuid', (one) => one.id)}
    ) as given (tenant_id, identity, id)
    order by 1, 2, 3
    on conflict do nothing`
}

export async function readChange(tx: Tx, tenantId: string, id: string): Promise<ChangeRow | undefined> {
  const [row] = await tx<ChangeRow[]>`
    select ${tx.unsafe(selection)}, sealed from ingest.changes where tenant_id = ${tenantId} and id = ${id}`
  return row
}

export interface ChangeFilter {
  numberId?: string | undefined
  field?: string | undefined
  /** Inclusive. */
  from?: Date | undefined
  /** Exclusive. */
  to?: Date | undefined
}

/** Newest first. Not executed until awaited: a test asks for its plan. */
export function listChanges(
  tx: Tx,
  tenantId: string,
  filter: ChangeFilter,
  { before, limit }: { before?: Position | undefined; limit: number },
) {
  return tx<ListedChange[]>`
    select ${tx.unsafe(selection)} from ingest.changes
    where tenant_id = ${tenantId} ${conditions(tx, filter)}
    ${before ? tx`and (received_at, id) < (${before.at}, ${before.id})` : tx``}
    order by received_at desc, id desc limit ${limit}`
}

/** Oldest first, with the bytes, for replays. */
export function pageOfRange(
  tx: Tx,
  tenantId: string,
  filter: ChangeFilter,
  { after, limit }: { after?: Position | undefined; limit: number },
) {
  return tx<ChangeRow[]>`
    select ${tx.unsafe(selection)}, sealed from ingest.changes
    where tenant_id = ${tenantId} ${conditions(tx, filter)}
    ${after ? tx`and (received_at, id) > (${after.at}, ${after.id})` : tx``}
    order by received_at, id limit ${limit}`
}

function conditions(tx: Tx, { numberId, field, from, to }: ChangeFilter) {
  return tx`
    ${numberId ? tx`and number_id = ${numberId}` : tx``} ${field ? tx`and field = ${field}` : tx``}
    ${from ? tx`and received_at >= ${from}` : tx``} ${to ? tx`and received_at < ${to}` : tx``}`
}

export async function totalArchived(tx: Tx): Promise<bigint> {
  const [row] = await tx<{ total: bigint }[]>`select total from ingest.totals where name = 'routed'`
  return row?.total ?? 0n
}
