import { column, type Tx } from '@palomar/db'
import type { Fact } from '../domain/attempt.ts'

/** A wamid that is now known to be an attempt's. */
export interface WamidOf {
  tenantId: string
  numberId: string
  wamid: string
  messageId: string
  attemptN: number
}

export type StatusFact = Extract<Fact, { kind: 'status' }>

/**
 * Gives wamids their message and hands over what a stub kept for them. Whoever comes second, this or the status, finds
 * the other's row: both upsert the same one.
 */
export async function claimWamids(
  tx: Tx,
  wamids: readonly WamidOf[],
): Promise<{ wamid: WamidOf; facts: StatusFact[] }[]> {
  if (wamids.length === 0) return []
  const w = (type: Parameters<typeof column>[1], pick: (wamid: WamidOf) => unknown) =>
    column(tx, type, wamids.map(pick) as never)
  const rows = await tx<{ tenant_id: string; number_id: string; wamid: string; stub: unknown[] | null }[]>`
    insert into dispatcher.message_wamids (tenant_id, number_id, wamid, message_id, attempt_n)
    select * from unnest(
      ${w('uuid', (k) => k.tenantId)}::uuid[], ${w('uuid', (k) => k.numberId)}::uuid[],
      ${w('text', (k) => k.wamid)}::text[], ${w('uuid', (k) => k.messageId)}::uuid[],
      ${w('int', (k) => k.attemptN)}::int[]
    ) as w (tenant_id, number_id, wamid, message_id, attempt_n)
    order by 1, 2, 3
    on conflict (tenant_id, number_id, wamid) do update
      set message_id = coalesce(message_wamids.message_id, excluded.message_id),
        attempt_n = coalesce(message_wamids.attempt_n, excluded.attempt_n)
    returning tenant_id, number_id, wamid, stub`
  const stubs = new Map(rows.map((row) => [`${row.tenant_id}/${row.number_id}/${row.wamid}`, row.stub]))
  return wamids.flatMap((wamid) => {
    const stub = stubs.get(`${wamid.tenantId}/${wamid.numberId}/${wamid.wamid}`)
    return stub ? [{ wamid, facts: stub.map(revive) }] : []
  })
}

export interface StubStatus {
  tenantId: string
  numberId: string
  wamid: string
  fact: StatusFact
}

/** Keeps statuses of wamids that may be ours; answers with the attempts of those that are known by now. */
export async function stubStatuses(tx: Tx, statuses: readonly StubStatus[]): Promise<(WamidOf | null)[]> {
  const s = (type: Parameters<typeof column>[1], pick: (status: StubStatus) => unknown) =>
    column(tx, type, statuses.map(pick) as never)
  const rows = await tx<
    {
      tenant_id: string
      number_id: string
      wamid: string
      message_id: string | null
      attempt_n: number | null
    }[]
  >`
    insert into dispatcher.message_wamids (tenant_id, number_id, wamid, stub)
    select tenant_id, number_id, wamid, jsonb_agg(fact)
    from unnest(
      ${s('uuid', (k) => k.tenantId)}::uuid[], ${s('uuid', (k) => k.numberId)}::uuid[],
      ${s('text', (k) => k.wamid)}::text[], ${s('jsonb', (k) => JSON.stringify(k.fact))}::jsonb[]
    ) as s (tenant_id, number_id, wamid, fact)
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (tenant_id, number_id, wamid) do update
      set stub = case
        when message_wamids.message_id is not null then message_wamids.stub
        when coalesce(message_wamids.stub, '[]') @> excluded.stub then message_wamids.stub
        else coalesce(message_wamids.stub, '[]') || excluded.stub
      end
    returning tenant_id, number_id, wamid, message_id, attempt_n`
  const known = new Map(rows.map((row) => [`${row.tenant_id}/${row.number_id}/${row.wamid}`, row]))
  return statuses.map((status) => {
    const row = known.get(`${status.tenantId}/${status.numberId}/${status.wamid}`)
    if (!row?.message_id || row.attempt_n === null) return null
    return { ...status, messageId: row.message_id, attemptN: row.attempt_n }
  })
}

function revive(stored: unknown): StatusFact {
  const fact = stored as StatusFact & { at: string | Date }
  return { ...fact, at: new Date(fact.at) }
}
