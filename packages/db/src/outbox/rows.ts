import { column } from '../arrays.ts'
import type { Sql, Tx } from '../types.ts'

/** How long the process that wrote a row has it to itself. */
export const ownedMs = 5_000
/** The oldest durable row's age that is worth waking somebody. */
export const ageAlarmMs = 30_000

export interface NewRow {
  id: string
  /** An area's name, or `live`: a live row keeps only whom to tell if its frames never left. */
  area: string
  body: Uint8Array | null
  tenants: string[]
}

/**
 * The outbox of a service, for its migration. It belongs to no tenant: the relay reads all of it. Rows live for
 * milliseconds, so it is vacuumed by count.
 */
export function outboxDdl(schema: string): string {
  return `CREATE TABLE "${schema}"."outbox" (
	"id" uuid PRIMARY KEY,
	"area" text NOT NULL,
	"body" bytea,
	"tenants" uuid[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint
CREATE INDEX "outbox_durable" ON "${schema}"."outbox" ("created_at", "id") WHERE "area" <> 'live';
--> statement-breakpoint
CREATE INDEX "outbox_live" ON "${schema}"."outbox" ("created_at") WHERE "area" = 'live';`
}

/** Sent at once, so that what is sent next, the commit, travels in the same packet. */
export function insertRows(tx: Tx, schema: string, rows: readonly NewRow[]): Promise<unknown> {
  // An array of arrays of different lengths is no Postgres array: the tenants travel as text.
  return tx`
    insert into ${tx(schema)}.outbox (id, area, body, tenants)
    select id, area, body, string_to_array(tenants, ',')::uuid[]
    from unnest(
      ${column(
        tx,
        'uuid',
        rows.map((row) => row.id),
      )}::uuid[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.area),
      )}::text[],
      ${column(
        tx,
        'bytea',
        rows.map((row) => row.body),
      )}::bytea[],
      ${column(
        tx,
        'text',
        rows.map((row) => row.tenants.join(',')),
      )}::text[]
    ) as row (id, area, body, tenants)`.execute()
}

/** Not worth a sync of its own: a row that a power cut brings back is published again, harmless by the ids. */
export async function deleteRows(sql: Sql | Tx, schema: string, ids: readonly string[]): Promise<void> {
  await sql`
    with gone as (delete from ${sql(schema)}.outbox where id = any(${column(sql, 'uuid', ids)}::uuid[]))
    select set_config('synchronous_commit', 'off', true)`
}

export interface StoredRow {
  id: string
  area: string
  body: Uint8Array
  /** As Postgres writes it: a Date would lose the microseconds that the cursor compares. */
  created_text: string
}

/**
 * Durable rows whose owner did not get them out in time, oldest first, locked for this transaction; what another relay
 * holds is skipped. `after` steps over rows that would not go.
 */
export async function takeStale(
  tx: Tx,
  schema: string,
  limit: number,
  after?: StoredRow,
): Promise<StoredRow[]> {
  const from = after
    ? tx`and (created_at, id) > (${after.created_text}::text::timestamptz, ${after.id}::uuid)`
    : tx``
  return tx<StoredRow[]>`
    select id, area, body, created_at::text as created_text
    from ${tx(schema)}.outbox
    where area <> 'live'
      and created_at < statement_timestamp() - ${ownedMs}::int * interval '1 millisecond' ${from}
    order by created_at, id
    limit ${limit}
    for update skip locked`
}

/**
 * Live rows whose frames never left, made one row that names all their tenants, so that they stay few however long
 * LIVE is away.
 */
export async function mergeStaleLive(
  tx: Tx,
  schema: string,
): Promise<{ id: string; tenants: string[] } | undefined> {
  const [row] = await tx<{ id: string; tenants: string[] }[]>`
    with stale as (
      select id, tenants, created_at from ${tx(schema)}.outbox
      where area = 'live' and created_at < statement_timestamp() - ${ownedMs}::int * interval '1 millisecond'
      order by created_at
      limit 5000
      for update skip locked
    ),
    gone as (delete from ${tx(schema)}.outbox where id in (select id from stale))
    insert into ${tx(schema)}.outbox (id, area, tenants, created_at)
    select gen_random_uuid(), 'live',
      array(select distinct tenant from stale, unnest(stale.tenants) as tenant),
      (select min(created_at) from stale)
    where exists (select from stale)
    returning id, tenants`
  return row
}

/** Age in seconds of the oldest row of each lane; 0 when there is none. */
export async function oldestAges(sql: Sql, schema: string): Promise<{ durable: number; live: number }> {
  const [row] = await sql<{ durable: number; live: number }[]>`
    select
      coalesce(extract(epoch from now() - (
        select created_at from ${sql(schema)}.outbox where area <> 'live' order by created_at limit 1
      )), 0)::float8 as durable,
      coalesce(extract(epoch from now() - (
        select created_at from ${sql(schema)}.outbox where area = 'live' order by created_at limit 1
      )), 0)::float8 as live`
  return row ?? { durable: 0, live: 0 }
}
