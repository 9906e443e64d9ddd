/** Changes without a tenant. Only platform admins, and the replay of a number that was added, read them. */
import { column, type Tx } from '@palomar/db'
import type { Position } from '../domain/cursor.ts'
import type { RouteKey, UnroutedState } from '../domain/route.ts'
import { columnsOf, type KeptChange, keptColumns, keptSelection, keptValues } from './kept-change.ts'

export interface UnroutedRow extends KeptChange {
  state: UnroutedState
  reason: string
  isBody: boolean
  /** Hashes of who it speaks of, in hex, under the platform's key. */
  identities: string[]
}
export type ListedUnrouted = Omit<UnroutedRow, 'sealed' | 'identities'>

const selection = `state, reason, is_body as "isBody", ${keptSelection}`

/** Inserts what is new and says why for what was there. Rows come sorted by id. */
export async function keepUnrouted(tx: Tx, rows: readonly UnroutedRow[]): Promise<void> {
  if (rows.length === 0) return
  const of = columnsOf(tx, rows)
  await tx`
    insert into ingest.unrouted as u (id, state, reason, is_body, identities, ${tx.unsafe(keptColumns)})
    select id, state, reason, is_body, string_to_array(identities, ','), ${tx.unsafe(keptColumns)} from unnest(
      ${of('uuid', (row) => row.id)}, ${of('text', (row) => row.state)}, ${of('text', (row) => row.reason)},
      ${of('bool', (row) => row.isBody)}, ${of('text', (row) => row.identities.join(','))}, ${keptValues(tx, rows)}
    ) as given (id, state, reason, is_body, identities, ${tx.unsafe(keptColumns)})
    on conflict (id) do update set state = excluded.state, reason = excluded.reason
    where u.state <> excluded.state`
}

/** A body that parsed after all: its changes stand for themselves now. */
export async function dropUnrouted(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx`delete from ingest.unrouted where id = any(${column(tx, 'uuid', ids)})`
}

/**
 * What waits for this number, or for this account when the key names no number; a page at a time, by id, so that what
 * stays unrouted is passed once.
 */
export function waitingFor(tx: Tx, key: RouteKey, after: string | undefined, limit: number) {
  const { phoneNumberId, wabaId } = key
  return tx<UnroutedRow[]>`
    select ${tx.unsafe(selection)}, identities, sealed from ingest.unrouted
    where phone_number_id = ${phoneNumberId} ${phoneNumberId === '' ? tx`and waba_id = ${wabaId}` : tx``}
      and state <> 'unparsed' ${after ? tx`and id > ${after}` : tx``}
    order by id limit ${limit}`
}

export async function readUnrouted(tx: Tx, id: string): Promise<UnroutedRow | undefined> {
  const [row] = await tx<UnroutedRow[]>`
    select ${tx.unsafe(selection)}, identities, sealed from ingest.unrouted where id = ${id}`
  return row
}

/** Newest first. */
export function listUnrouted(
  tx: Tx,
  filter: {
    state: UnroutedState
    field?: string | undefined
    from?: Date | undefined
    to?: Date | undefined
  },
  { before, limit }: { before?: Position | undefined; limit: number },
) {
  const { state, field, from, to } = filter
  return tx<ListedUnrouted[]>`
    select ${tx.unsafe(selection)} from ingest.unrouted
    where state = ${state} ${field ? tx`and field = ${field}` : tx``}
      ${from ? tx`and received_at >= ${from}` : tx``} ${to ? tx`and received_at < ${to}` : tx``}
      ${before ? tx`and (received_at, id) < (${before.at}, ${before.id})` : tx``}
    order by received_at desc, id desc limit ${limit}`
}

export async function countUnrouted(tx: Tx): Promise<Record<UnroutedState, bigint>> {
  const rows = await tx<{ state: UnroutedState; total: bigint }[]>`
    select state, count(*) as total from ingest.unrouted group by state`
  const counts = { parked: 0n, quarantined: 0n, unparsed: 0n }
  for (const { state, total } of rows) counts[state] = total
  return counts
}
