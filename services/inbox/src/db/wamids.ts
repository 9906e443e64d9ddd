import { column, type Tx } from '@palomar/db'

export interface Wamid {
  tenantId: string
  numberId: string
  wamid: string
}

/** Statuses that came before their message, by event id: whether the ledger had them first, and the event's bytes. */
export type Stub = Record<string, { unmatched: boolean; at: string; status: string }>

export interface WamidRow extends Wamid {
  messageId: string | null
  stub: Stub | null
}

/** Statuses kept for one wamid whose message is unknown; a group's may be many. */
const stubMax = 256

/**
 * Gives wamids to messages. Returns those that had no message before: a wamid belongs to the first message that claims
 * it. All rows, returned or not, are held until the transaction ends, so that a status for one of them waits.
 */
export function claimWamids(tx: Tx, rows: readonly (Wamid & { messageId: string })[]): Promise<WamidRow[]> {
  const sorted = [...rows].sort(byKey)
  return tx<WamidRow[]>`
    insert into message_wamids as held (tenant_id, number_id, wamid, message_id)
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
        'uuid',
        sorted.map((row) => row.messageId),
      )}::uuid[]
    )
    on conflict (tenant_id, number_id, wamid) do update set message_id = excluded.message_id
    where held.message_id is null
    returning tenant_id as "tenantId", number_id as "numberId", wamid, message_id as "messageId", stub`
}

/**
 * Whose these wamids are. Where nobody's, the statuses stay as a stub in the same row, for the message that will claim
 * it.
 */
export function stubWamids(tx: Tx, rows: readonly (Wamid & { stub: Stub })[]): Promise<WamidRow[]> {
  const sorted = [...rows].sort(byKey)
  return tx<WamidRow[]>`
    insert into message_wamids as held (tenant_id, number_id, wamid, stub)
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
        'jsonb',
        sorted.map((row) => JSON.stringify(row.stub)),
      )}::jsonb[]
    )
    on conflict (tenant_id, number_id, wamid) do update set stub = case
      when held.message_id is not null then held.stub
      when held.stub is null then excluded.stub
      when (select count(*) from jsonb_object_keys(held.stub)) >= ${stubMax}::int then held.stub
      else held.stub || excluded.stub
    end
    returning tenant_id as "tenantId", number_id as "numberId", wamid, message_id as "messageId", stub`
}

/** The messages of wamids, where known. */
export function findMessages(tx: Tx, wamids: readonly Wamid[]): Promise<(Wamid & { messageId: string })[]> {
  return tx<(Wamid & { messageId: string })[]>`
    select w.tenant_id as "tenantId", w.number_id as "numberId", w.wamid, w.message_id as "messageId"
    from unnest(
      ${column(
        tx,
        'uuid',
        wamids.map((row) => row.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        wamids.map((row) => row.numberId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        wamids.map((row) => row.wamid),
      )}::text[]
    ) as asked (tenant_id, number_id, wamid)
    join message_wamids w
      on w.tenant_id = asked.tenant_id and w.number_id = asked.number_id and w.wamid = asked.wamid
    where w.message_id is not null`
}

export function wamidKey(row: Wamid): string {
  return `${row.tenantId}/${row.numberId}/${row.wamid}`
}

function byKey(a: Wamid, b: Wamid): number {
  return wamidKey(a) < wamidKey(b) ? -1 : 1
}
