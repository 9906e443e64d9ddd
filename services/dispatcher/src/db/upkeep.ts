import { column, type Db } from '@palomar/db'

/** Days of attempts and archive that exist ahead of time, and that are kept. */
const daysAhead = 14
const daysKept = 40
const pageMax = 1_000

/** Makes the days ahead and drops the old ones. */
export async function maintainDays(db: Db): Promise<number> {
  const [row] = await db.sql<
    { changed: number }[]
  >`select dispatcher.maintain_days(${daysAhead}, ${daysKept}) as changed`
  return row?.changed ?? 0
}

interface Found {
  tenant_id: string
  id: string
}
const ids = (found: readonly Found[]) =>
  [...found].sort((a, b) => (a.tenant_id + a.id < b.tenant_id + b.id ? -1 : 1))

/** Lets rows whose hour has come into their lanes' index; the partitions that got some. */
export async function promoteScheduled(db: Db, until: Date): Promise<number[]> {
  const found = ids(await db.sql<Found[]>`select * from dispatcher.scheduled_due(${until}, ${pageMax}::int)`)
  if (found.length === 0) return []
  const rows = await db.forTenants(
    new Set(found.map((row) => row.tenant_id)),
    (tx) => tx<{ partition: number }[]>`
    update dispatcher.messages m set in_lane = true
    from unnest(
      ${column(
        tx,
        'uuid',
        found.map((row) => row.tenant_id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        found.map((row) => row.id),
      )}::uuid[]
    ) as f (tenant_id, id)
    where m.tenant_id = f.tenant_id and m.id = f.id and m.state = 'queued' and not m.in_lane
    returning m.partition`,
  )
  return [...new Set(rows.map((row) => row.partition))]
}

/**
 * Moves rows whose time in the ledger is over to the archive. Two replicas may try the same rows: the second finds them
 * gone.
 */
export async function archiveRows(db: Db): Promise<number> {
  const found = ids(await db.sql<Found[]>`select * from dispatcher.rows_leaving(${pageMax}::int)`)
  if (found.length === 0) return 0
  const moved = await db.forTenants(
    new Set(found.map((row) => row.tenant_id)),
    (tx) => tx<{ moved: number }[]>`
    with gone as (
      delete from dispatcher.messages m
      using unnest(
        ${column(
          tx,
          'uuid',
          found.map((row) => row.tenant_id),
        )}::uuid[],
        ${column(
          tx,
          'uuid',
          found.map((row) => row.id),
        )}::uuid[]
      ) as f (tenant_id, id)
      where m.tenant_id = f.tenant_id and m.id = f.id and m.leaves_at <= now()
      returning m.*
    ), kept as (
      insert into dispatcher.messages_archive
      select gone.*, (now() at time zone 'utc')::date from gone
      on conflict do nothing
    )
    select count(*)::int as moved from gone`,
  )
  return moved[0]?.moved ?? 0
}

/** Deletes expired keys, windows closed for two days, and wamids that no status can name any more. */
export async function purge(db: Db): Promise<void> {
  const tenants = await db.sql<
    { tenant_id: string }[]
  >`select * from dispatcher.tenants_to_purge(${pageMax}::int)`
  if (tenants.length === 0) return
  const own = tenants.map((row) => row.tenant_id)
  await db.forTenants(own, async (tx) => {
    const list = column(tx, 'uuid', own)
    await tx`delete from dispatcher.idempotency where tenant_id = any(${list}::uuid[]) and expires_at <= now()`
    await tx`
      delete from dispatcher.windows where tenant_id = any(${list}::uuid[]) and expires_at <= now() - interval '2 days'`
    await tx`
      delete from dispatcher.message_wamids
      where tenant_id = any(${list}::uuid[]) and created_at <= now() - interval '40 days'`
    await tx`
      delete from dispatcher.number_usage
      where tenant_id = any(${list}::uuid[]) and day < (now() at time zone 'utc')::date - 40`
  })
}
