import { column, type Tx } from '@palomar/db'

/** A message about to enter the ledger. */
export interface NewMessage {
  tenantId: string
  id: string
  numberId: string
  partition: number
  laneClass: number
  recipientKey: string
  recipientTo: string
  recipientUserId: string
  type: string
  content: string
  contextWamid: string
  callbackData: string
  createdBy: string
  traceparent: string
  acceptedAt: Date
  dueAt: Date
  inLane: boolean
  triesMax: number
  replyTo: string
}

/** The key of one request, with the answer to keep under it. */
export interface NewKey {
  tenantId: string
  key: string
  bodyHash: Uint8Array
  answer: Uint8Array
}

export interface AcceptOutcome {
  /** `tenant/key` of the keys that are this transaction's. */
  keysWon: Set<string>
  /** `tenant/id` of the rows that are new. */
  rowsInserted: Set<string>
}

export const rowKey = (tenantId: string, id: string) => `${tenantId}/${id}`

/**
 * The ledger's one statement: takes the idempotency keys that are free (or expired), inserts the rows of requests
 * whose key was won or that have none, and counts them for numbers with a quota. A concurrent transaction with
 * the same key makes this one wait for its commit, then the key is not won and nothing of that request is written.
 */
export async function acceptRows(
  tx: Tx,
  keys: readonly NewKey[],
  rows: readonly (NewMessage & { key: string | null })[],
  quotaNumbers: readonly string[],
): Promise<AcceptOutcome> {
  const c = <K extends keyof (typeof rows)[number]>(type: Parameters<typeof column>[1], name: K) =>
    column(tx, type, rows.map((row) => row[name]) as never)
  const answered = await tx<{ tenant_id: string; key: string | null; id: string | null }[]>`
    with asked as (
      select * from unnest(
        ${column(
          tx,
          'uuid',
          keys.map((k) => k.tenantId),
        )}::uuid[],
        ${column(
          tx,
          'text',
          keys.map((k) => k.key),
        )}::text[],
        ${column(
          tx,
          'bytea',
          keys.map((k) => k.bodyHash),
        )}::bytea[],
        ${column(
          tx,
          'bytea',
          keys.map((k) => k.answer),
        )}::bytea[]
      ) as k (tenant_id, key, body_hash, answer)
    ), won as (
      insert into dispatcher.idempotency (tenant_id, key, body_hash, answer, expires_at)
      select tenant_id, key, body_hash, answer, now() + interval '24 hours' from asked order by tenant_id, key
      on conflict (tenant_id, key) do update
        set body_hash = excluded.body_hash, answer = excluded.answer, expires_at = excluded.expires_at
        where idempotency.expires_at <= now()
      returning tenant_id, key
    ), inserted as (
      insert into dispatcher.messages (
        tenant_id, id, number_id, partition, lane_class, recipient_key, recipient_to, recipient_user_id, type, content,
        context_wamid, callback_data, created_by, traceparent, accepted_at, due_at, in_lane, tries_max, reply_to,
        state, version, attempt_n, tries
      )
      select
        r.tenant_id, r.id, r.number_id, r.partition, r.lane_class, r.recipient_key, r.recipient_to,
        r.recipient_user_id, r.type, r.content, r.context_wamid, r.callback_data, r.created_by, r.traceparent, r.accepted_at, r.due_at,
        r.in_lane, r.tries_max, r.reply_to, 'queued', 1, 0, 1
      from unnest(
        ${c('uuid', 'tenantId')}::uuid[], ${c('uuid', 'id')}::uuid[], ${c('uuid', 'numberId')}::uuid[],
        ${c('int', 'partition')}::int[], ${c('int', 'laneClass')}::int[], ${c('text', 'recipientKey')}::text[],
        ${c('text', 'recipientTo')}::text[], ${c('text', 'recipientUserId')}::text[], ${c('text', 'type')}::text[],
        ${c('text', 'content')}::text[], ${c('text', 'contextWamid')}::text[], ${c('text', 'callbackData')}::text[],
        ${c('text', 'createdBy')}::text[], ${c('text', 'traceparent')}::text[], ${c('timestamptz', 'acceptedAt')}::timestamptz[],
        ${c('timestamptz', 'dueAt')}::timestamptz[], ${c('bool', 'inLane')}::bool[], ${c('int', 'triesMax')}::int[],
        ${c('text', 'replyTo')}::text[], ${c('text', 'key')}::text[]
      ) as r (
        tenant_id, id, number_id, partition, lane_class, recipient_key, recipient_to, recipient_user_id, type, content,
        context_wamid, callback_data, created_by, traceparent, accepted_at, due_at, in_lane, tries_max, reply_to, key
      )
      where r.key is null or exists (select 1 from won where won.tenant_id = r.tenant_id and won.key = r.key)
      order by r.tenant_id, r.id
      on conflict (tenant_id, id) do nothing
      returning tenant_id, id, number_id, accepted_at
    ), counted as (
      insert into dispatcher.number_usage (tenant_id, number_id, day, accepted)
      select tenant_id, number_id, (accepted_at at time zone 'utc')::date, count(*)
      from inserted where number_id = any(${column(tx, 'uuid', quotaNumbers)}::uuid[])
      group by 1, 2, 3 order by 1, 2, 3
      on conflict (tenant_id, number_id, day) do update set accepted = number_usage.accepted + excluded.accepted
    )
    select tenant_id, key, null::uuid as id from won
    union all
    select tenant_id, null, id from inserted`
  const outcome: AcceptOutcome = { keysWon: new Set(), rowsInserted: new Set() }
  for (const { tenant_id, key, id } of answered) {
    if (key !== null) outcome.keysWon.add(rowKey(tenant_id, key))
    if (id !== null) outcome.rowsInserted.add(rowKey(tenant_id, id))
  }
  return outcome
}

export interface StoredAnswer {
  tenant_id: string
  key: string
  body_hash: Uint8Array
  answer: Uint8Array
}

/** The answers that stand under these keys. */
export function readAnswers(
  tx: Tx,
  keys: readonly { tenantId: string; key: string }[],
): Promise<StoredAnswer[]> {
  return tx<StoredAnswer[]>`
    select i.tenant_id, i.key, i.body_hash, i.answer
    from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((k) => k.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        keys.map((k) => k.key),
      )}::text[]
    ) as k (tenant_id, key)
    join dispatcher.idempotency i on i.tenant_id = k.tenant_id and i.key = k.key
    where i.expires_at > now()`
}

/**
 * Locks today's count of these numbers until the transaction ends and tells it, so that a quota is exact across
 * replicas. Only numbers that have a quota come here.
 */
export async function lockUsage(
  tx: Tx,
  numbers: readonly { tenantId: string; numberId: string }[],
): Promise<Map<string, bigint>> {
  const rows = await tx<{ tenant_id: string; number_id: string; accepted: bigint }[]>`
    insert into dispatcher.number_usage (tenant_id, number_id, day, accepted)
    select tenant_id, number_id, (now() at time zone 'utc')::date, 0
    from unnest(
      ${column(
        tx,
        'uuid',
        numbers.map((n) => n.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        numbers.map((n) => n.numberId),
      )}::uuid[]
    ) as n (tenant_id, number_id)
    order by 1, 2
    on conflict (tenant_id, number_id, day) do update set accepted = number_usage.accepted
    returning tenant_id, number_id, accepted`
  return new Map(rows.map((row) => [rowKey(row.tenant_id, row.number_id), row.accepted]))
}
