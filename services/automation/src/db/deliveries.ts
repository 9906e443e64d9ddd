import { column, type Tx } from '@palomar/db'

export interface NewDelivery {
  tenantId: string
  id: string
  endpointId: string
  eventType: string
  messageId: string | null
  body: string
}

export interface DeliveryRow {
  tenantId: string
  id: string
  endpointId: string
  eventType: string
  messageId: string | null
  /** pending, delivered, failed */
  state: string
  tries: number
  failures: number
  dueAt: Date
  lastStatus: number
  lastError: string
  lastDurationMs: number
  createdAt: Date
  deliveredAt: Date | null
}

/** One that was taken to be sent now. */
export type Claimed = DeliveryRow & { seq: bigint; body: string }

function columns(tx: Tx) {
  return tx`d.tenant_id as "tenantId", d.id, d.endpoint_id as "endpointId", d.event_type as "eventType",
    d.message_id as "messageId", d.state, d.tries, d.failures, d.due_at as "dueAt", d.last_status as "lastStatus",
    d.last_error as "lastError", d.last_duration_ms as "lastDurationMs", d.created_at as "createdAt",
    d.delivered_at as "deliveredAt"`
}

/** In the order given; one that is there already is left as it is. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[], now: Date): Promise<void> {
  const of = (read: (one: NewDelivery) => string | null) => deliveries.map(read)
  await tx`
    insert into webhook_deliveries (tenant_id, id, endpoint_id, event_type, message_id, body, state, due_at, created_at)
    select d.tenant_id, d.id, d.endpoint_id, d.event_type, d.message_id, d.body, 'pending', ${now}, ${now}
    from unnest(
      ${column(
        tx,
        'uuid',
        of((one) => one.tenantId),
      )}::uuid[], ${column(
        tx,
        'uuid',
        of((one) => one.id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        of((one) => one.endpointId),
      )}::uuid[],
      ${column(
        tx,
        'text',
        of((one) => one.eventType),
      )}::text[],
      ${column(
        tx,
        'uuid',
        of((one) => one.messageId),
      )}::uuid[], ${column(
        tx,
        'text',
        of((one) => one.body),
      )}::text[]
    ) with ordinality as d (tenant_id, id, endpoint_id, event_type, message_id, body, n)
    order by d.n
    on conflict do nothing`
}

/** Of Meta's bytes, for one endpoint. */
export interface NewVerbatim extends NewDelivery {
  /** Until when it waits for its messages to be stored. */
  dueAt: Date
  waitsFor: string[]
}

/** One that is there already is left as it is. */
export async function insertVerbatim(
  tx: Tx,
  { dueAt, waitsFor, ...one }: NewVerbatim,
  now: Date,
): Promise<void> {
  await tx`
    insert into webhook_deliveries (tenant_id, id, endpoint_id, event_type, message_id, body, state, due_at, waits_for,
      created_at)
    values (${one.tenantId}, ${one.id}, ${one.endpointId}, ${one.eventType}, null, ${one.body}, 'pending', ${dueAt},
      ${column(tx, 'uuid', waitsFor)}::uuid[], ${now})
    on conflict do nothing`
}

/** These messages are stored: what waited for no other is due. How many that made. */
export async function noteStored(
  tx: Tx,
  tenantId: string,
  endpointIds: readonly string[],
  stored: readonly string[],
  now: Date,
): Promise<number> {
  const rows = await tx<{ due: boolean }[]>`
    update webhook_deliveries d set waits_for = rest.ids,
      due_at = case when rest.ids = '{}' then ${now} else d.due_at end
    from (
      select w.id, array(select unnest(w.waits_for) except select unnest(${column(tx, 'uuid', stored)}::uuid[])) as ids
      from webhook_deliveries w
      where w.tenant_id = ${tenantId} and w.endpoint_id = any(${column(tx, 'uuid', endpointIds)}::uuid[])
        and w.state = 'pending' and w.due_at > ${now} and w.tries = 0
        and w.waits_for && ${column(tx, 'uuid', stored)}::uuid[]
    ) rest
    where d.tenant_id = ${tenantId} and d.id = rest.id and d.state = 'pending' and d.tries = 0
    returning rest.ids = '{}' as due`
  return rows.filter(({ due }) => due).length
}

/** Newest first; unexecuted, so that the plan test explains this very statement. */
export function deliveriesPage(
  tx: Tx,
  tenantId: string,
  filter: { endpointId: string; state: string },
  after: { at: Date; id: string } | undefined,
  limit: number,
) {
  const state = filter.state ? tx`and d.state = ${filter.state}` : tx``
  const from = after ? tx`and (d.created_at, d.id) < (${after.at}, ${after.id}::uuid)` : tx``
  return tx<DeliveryRow[]>`
    select ${columns(tx)} from webhook_deliveries d
    where d.tenant_id = ${tenantId} and d.endpoint_id = ${filter.endpointId} ${state} ${from}
    order by d.created_at desc, d.id desc limit ${limit}`
}

export async function findDelivery(tx: Tx, tenantId: string, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await tx<DeliveryRow[]>`
    select ${columns(tx)} from webhook_deliveries d where d.tenant_id = ${tenantId} and d.id = ${id}`
  return row
}

/** Rows of the head of the queue that are looked at for one that is taken: a message has a handful of statuses. */
const lookedAtPerSlot = 8

/**
 * Takes an endpoint's next deliveries, oldest first. A status waits for the earlier ones of its message while those have
 * not had their first try; rows that another holds are passed over.
 */
export function claimDeliveries(
  tx: Tx,
  tenantId: string,
  endpointId: string,
  { now, leaseUntil, max }: { now: Date; leaseUntil: Date; max: number },
) {
  return tx<Claimed[]>`
    with head as (
      select d.id, d.message_id, d.seq, d.due_at from webhook_deliveries d
      where d.tenant_id = ${tenantId} and d.endpoint_id = ${endpointId} and d.state = 'pending'
        and d.due_at <= ${now}
      order by d.due_at, d.seq limit ${max * lookedAtPerSlot}::int
    ), due as (
      select d.id from head h join webhook_deliveries d on d.tenant_id = ${tenantId} and d.id = h.id
      where d.state = 'pending' and d.due_at <= ${now}
        and not exists (
          select from webhook_deliveries e
          where e.tenant_id = ${tenantId} and e.endpoint_id = ${endpointId} and e.state = 'pending'
            and e.message_id = h.message_id and e.seq < h.seq and e.failures = 0
          offset 0)
      order by h.due_at, h.seq limit ${max}::int
      for update of d skip locked
    )
    update webhook_deliveries d set tries = d.tries + 1, due_at = ${leaseUntil}
    from due where d.tenant_id = ${tenantId} and d.id = due.id
    returning ${columns(tx)}, d.seq, d.body`
}

/** Takes this one, whether it is due or not, for a test that a person waits for. */
export async function claimOne(
  tx: Tx,
  tenantId: string,
  id: string,
  leaseUntil: Date,
): Promise<Claimed | undefined> {
  const [row] = await tx<Claimed[]>`
    update webhook_deliveries d set tries = d.tries + 1, due_at = ${leaseUntil}
    where d.tenant_id = ${tenantId} and d.id = ${id} and d.state = 'pending'
    returning ${columns(tx)}, d.seq, d.body`
  return row
}

export interface LastTry {
  status: number
  error: string
  durationMs: number
}

/** Arrived, whoever's try it was. */
export async function markDelivered(
  tx: Tx,
  tenantId: string,
  id: string,
  last: LastTry,
  at: Date,
): Promise<void> {
  await tx`
    update webhook_deliveries set state = 'delivered', delivered_at = ${at}, last_status = ${last.status},
      last_error = '', last_duration_ms = ${last.durationMs}
    where tenant_id = ${tenantId} and id = ${id} and state <> 'delivered'`
}

/**
 * A try failed: again at `dueAt`, or never when it is absent. Only the last try counts: one that was given up for dead
 * and answers after all changes nothing.
 */
export async function markFailed(
  tx: Tx,
  { tenantId, id, tries }: { tenantId: string; id: string; tries: number },
  last: LastTry,
  dueAt: Date | undefined,
): Promise<void> {
  const next = dueAt ? tx`due_at = ${dueAt}` : tx`state = 'failed'`
  await tx`
    update webhook_deliveries set ${next}, failures = failures + 1, last_status = ${last.status},
      last_error = ${last.error}, last_duration_ms = ${last.durationMs}
    where tenant_id = ${tenantId} and id = ${id} and tries = ${tries} and state = 'pending'`
}

/** Gives a claim back without a try: what it needed was away. */
export async function releaseDelivery(
  tx: Tx,
  { tenantId, id, tries }: { tenantId: string; id: string; tries: number },
  dueAt: Date,
): Promise<void> {
  await tx`
    update webhook_deliveries set tries = tries - 1, due_at = ${dueAt}
    where tenant_id = ${tenantId} and id = ${id} and tries = ${tries} and state = 'pending'`
}

/** From the beginning of the schedule, with the same id; one that is on its way stays where it is. */
export async function queueAgain(tx: Tx, tenantId: string, id: string, now: Date): Promise<void> {
  await tx`
    update webhook_deliveries set state = 'pending', failures = 0, due_at = ${now}, delivered_at = null
    where tenant_id = ${tenantId} and id = ${id} and (state <> 'pending' or failures > 0)`
}
