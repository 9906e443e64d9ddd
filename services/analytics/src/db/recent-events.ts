import type { Tx } from '@palomar/db'
import { columnsOf } from './facts.ts'

/** What of it a company keeps; the list is of what happened last, the ledger and the inbox have the rest. */
export const recentEventsMax = 1_000

export interface RecentEventRow {
  tenantId: string
  id: string
  at: Date
  kind: string
  numberId: string | null
  messageId: string | null
  conversationId: string | null
  subject: string
  version: bigint
  state: string
  detail: Record<string, unknown>
}

/** Each once; what is there already says the same. */
export async function insertRecent(tx: Tx, events: readonly RecentEventRow[]): Promise<void> {
  if (events.length === 0) return
  const rows = [...events].sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  const of = columnsOf(tx, rows)
  await tx`
    insert into recent_events (tenant_id, id, at, kind, number_id, message_id, conversation_id, subject, version,
      state, detail)
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.id)}::uuid[],
      ${of('timestamptz', (row) => row.at)}::timestamptz[],
      ${of('text', (row) => row.kind)}::text[],
      ${of('uuid', (row) => row.numberId)}::uuid[],
      ${of('uuid', (row) => row.messageId)}::uuid[],
      ${of('uuid', (row) => row.conversationId)}::uuid[],
      ${of('text', (row) => row.subject)}::text[],
      ${of('bigint', (row) => row.version)}::bigint[],
      ${of('text', (row) => row.state)}::text[],
      ${of('jsonb', (row) => JSON.stringify(row.detail))}::jsonb[]
    )
    on conflict (tenant_id, id) do nothing`
  await trim(tx, [...new Set(rows.map((row) => row.tenantId))])
}

/** A message that failed and then did not: it is in no list of failures. */
export async function deleteRecent(tx: Tx, keys: readonly { tenantId: string; id: string }[]): Promise<void> {
  if (keys.length === 0) return
  const of = columnsOf(tx, keys)
  await tx`
    delete from recent_events e
    using unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.id)}::uuid[]
    ) as gone (tenant_id, id)
    where e.tenant_id = gone.tenant_id and e.id = gone.id`
}

/**
 * What has states is told in many versions, most of which change something else: shown are those whose state differs
 * from the version before. Worked out anew from all versions here, so their order of arrival does not matter; one at a
 * time, or two versions that arrive at once would not see one another.
 */
export async function insertStates(tx: Tx, events: readonly RecentEventRow[]): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('analytics.states'))`
  await insertRecent(tx, events)
  const of = columnsOf(tx, events)
  await tx`
    update recent_events e set shown = turn.differs
    from (
      select s.tenant_id, s.id, s.state is distinct from
        lag(s.state) over (partition by s.tenant_id, s.subject order by s.version) as differs
      from recent_events s
      join (
        select distinct * from unnest(
          ${of('uuid', (row) => row.tenantId)}::uuid[],
          ${of('text', (row) => row.subject)}::text[]
        ) as asked (tenant_id, subject)
      ) asked on s.tenant_id = asked.tenant_id and s.subject = asked.subject
    ) turn
    where e.tenant_id = turn.tenant_id and e.id = turn.id and e.shown <> turn.differs`
}

async function trim(tx: Tx, tenants: readonly string[]): Promise<void> {
  const of = columnsOf(tx, tenants)
  await tx`
    delete from recent_events e
    using (
      select asked.id as tenant_id, last.at, last.id
      from unnest(${of('uuid', (id) => id)}::uuid[]) as asked (id)
      cross join lateral (
        select r.at, r.id from recent_events r where r.tenant_id = asked.id
        order by r.at desc, r.id desc offset ${recentEventsMax} limit 1
      ) last
    ) cut
    where e.tenant_id = cut.tenant_id and (e.at, e.id) <= (cut.at, cut.id)`
}

export interface Place {
  at: Date
  id: string
}

/** Newest first; unexecuted, so that the plan test explains this very statement. */
export function recentPage(
  tx: Tx,
  tenantId: string,
  numberId: string | undefined,
  after: Place | undefined,
  limit: number,
) {
  const number = numberId ? tx`and e.number_id = ${numberId}` : tx``
  const from = after ? tx`and (e.at, e.id) < (${after.at}, ${after.id}::uuid)` : tx``
  return tx<RecentEventRow[]>`
    select e.tenant_id as "tenantId", e.id, e.at, e.kind, e.number_id as "numberId", e.message_id as "messageId",
      e.conversation_id as "conversationId", e.subject, e.version, e.state, e.detail
    from recent_events e
    where e.tenant_id = ${tenantId} and e.shown ${number} ${from}
    order by e.at desc, e.id desc
    limit ${limit}`
}
