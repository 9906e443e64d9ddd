import { column, type Db, type Tx } from '@palomar/db'
import type { MessageRow } from './message-row.ts'

/** Our clock and the database's may differ a little; a row accepted for now must not wait for that. */
export const dueToleranceMs = 200

export interface LaneQuota {
  partition: number
  tenantId: string
  numberId: string
  /** At most so many rows. */
  max: number
}

/** A row that may be tried next, with all that its call needs. */
export interface Candidate extends MessageRow {
  phone_number_id: string
  graph_version: string
  throughput_per_second: number
  number_version: bigint
  token_version: bigint
  window_expires_at: Date | null
  /** Meta's ids of the files that the content names, ours → Meta's. Not of the database. */
  metaIds?: ReadonlyMap<string, string>
}

/** Lanes of these partitions that have queued rows, and when the first is due. */
export async function findLanesWithWork(db: Db, partitions: readonly number[]) {
  return db.sql<{ partition: number; tenant_id: string; number_id: string; next_due: Date }[]>`
    select * from dispatcher.lanes_with_work(${column(db.sql, 'int', partitions)}::int[]::smallint[])`
}

/**
 * The next rows of each lane: class first, then due time. Lanes that rest (number paused, company suspended, a hold
 * that nothing has lifted yet) give none.
 */
export function readNextRows(tx: Tx, lanes: readonly LaneQuota[]): Promise<Candidate[]> {
  return tx<Candidate[]>`
    select m.*, n.phone_number_id, n.graph_version, n.throughput_per_second, n.version as number_version, n.token_version,
      (
        select max(w.expires_at)
        from (
          select m.recipient_key
          union
          select other.recipient_key
          from dispatcher.recipient_aliases mine
          join dispatcher.recipient_aliases other
            on other.tenant_id = mine.tenant_id and other.contact_id = mine.contact_id
          where mine.tenant_id = m.tenant_id and mine.recipient_key = m.recipient_key
        ) person
        join dispatcher.windows w
          on w.tenant_id = m.tenant_id and w.number_id = m.number_id and w.recipient_key = person.recipient_key
      ) as window_expires_at
    from unnest(
      ${column(
        tx,
        'int',
        lanes.map((l) => l.partition),
      )}::int[],
      ${column(
        tx,
        'uuid',
        lanes.map((l) => l.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        lanes.map((l) => l.numberId),
      )}::uuid[],
      ${column(
        tx,
        'int',
        lanes.map((l) => l.max),
      )}::int[]
    ) with ordinality as l (partition, tenant_id, number_id, max, ord)
    join dispatcher.numbers n on n.tenant_id = l.tenant_id and n.id = l.number_id and n.state = 'active'
    left join dispatcher.tenants t on t.tenant_id = l.tenant_id
    left join dispatcher.lanes h on h.tenant_id = l.tenant_id and h.number_id = l.number_id
    cross join lateral (
      select * from dispatcher.messages m
      where m.partition = l.partition::smallint and m.tenant_id = l.tenant_id and m.number_id = l.number_id
        and m.state = 'queued' and m.in_lane and m.due_at <= now() + ${dueToleranceMs}::int * interval '1 millisecond'
      order by m.lane_class, m.due_at, m.id
      limit l.max
    ) m
    where coalesce(t.state, 'active') = 'active'
      and (
        h.hold_reason is null
        or h.hold_until <= now()
        or h.hold_token_version < n.token_version
        or h.hold_number_version < n.version
      )
    order by l.ord, m.lane_class, m.due_at, m.id`
}

export interface Claim {
  tenantId: string
  id: string
  partition: number
  epoch: bigint
}

export interface Claimed {
  tenant_id: string
  id: string
  n: number
  started_at: Date
}

/**
 * The attempt statement. (A row that waited so long that its first attempts' day may be dropped soon starts a new day.) A row becomes `sending`, and its attempt a row of its own, only while it is still queued, its
 * number active, and the lease of its partition still ours under the same epoch. **Only what this returns may be sent**, and
 * only after its commit. Cancel, pause and edit are its mirror image: whoever is second finds nothing to change.
 */
export function claimRows(tx: Tx, owner: string, claims: readonly Claim[]): Promise<Claimed[]> {
  return tx<Claimed[]>`
    with claimed as (
      update dispatcher.messages m
      set state = 'sending', attempt_n = m.attempt_n + 1, version = m.version + 1,
        attempts_day = case
          when m.attempts_day > (now() at time zone 'utc')::date - 30 then m.attempts_day
          else (now() at time zone 'utc')::date
        end
      -- By place: rows are found and locked with one probe per key. As a join the planner may read all rows of the
      -- company for each number and key while the table is young (500 of 4,200 rows: minutes instead of 8 ms). A row
      -- that changes meanwhile has another place by then: it is not claimed, and the next round finds it.
      where m.state = 'queued' and m.ctid = any(array(
        select k.place
        from unnest(
          ${column(
            tx,
            'uuid',
            claims.map((c) => c.tenantId),
          )}::uuid[],
          ${column(
            tx,
            'uuid',
            claims.map((c) => c.id),
          )}::uuid[],
          ${column(
            tx,
            'int',
            claims.map((c) => c.partition),
          )}::int[],
          ${column(
            tx,
            'bigint',
            claims.map((c) => c.epoch),
          )}::bigint[]
        ) as c (tenant_id, id, partition, epoch)
        cross join lateral (
          select q.ctid as place, q.tenant_id, q.number_id
          from dispatcher.messages q
          where q.tenant_id = c.tenant_id and q.id = c.id and q.state = 'queued'
          for update offset 0
        ) k
        where (
          select l.owner = ${owner} and l.epoch = c.epoch and l.expires_at > now()
          from dispatcher.leases l where l.partition = c.partition
        ) and (
          select n.state = 'active' from dispatcher.numbers n
          where n.tenant_id = k.tenant_id and n.id = k.number_id
        )
      ))
      returning m.tenant_id, m.id, m.attempt_n, m.attempts_day, m.tries, m.number_id, m.partition, m.lane_class,
        (select l.epoch from dispatcher.leases l where l.partition = m.partition) as epoch
    ), recorded as (
      insert into dispatcher.attempts (
        tenant_id, day, message_id, n, tries, number_id, partition, epoch, lane_class, state, held, started_at
      )
      select tenant_id, attempts_day, id, attempt_n, tries, number_id, partition, epoch, lane_class, 'sending', false,
        clock_timestamp()
      from claimed
      returning tenant_id, message_id, n, started_at
    )
    select tenant_id, message_id as id, n, started_at from recorded`
}

export interface OpenAttempt {
  partition: number
  tenant_id: string
  message_id: string
  n: number
  number_id: string
  epoch: bigint
  lane_class: number
  state: 'sending' | 'in_doubt'
  started_at: Date
}

/** Attempts of these partitions whose outcome is not known, oldest first. */
export async function findOpenAttempts(db: Db, partitions: readonly number[], max: number) {
  return db.sql<OpenAttempt[]>`
    select * from dispatcher.open_attempts(${column(db.sql, 'int', partitions)}::int[]::smallint[], ${max}::int)`
}
