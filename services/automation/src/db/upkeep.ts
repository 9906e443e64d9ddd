import { column, type Db } from '@palomar/db'

/** Days of `seen` that exist ahead of time, and that are kept (CONTRACTS 3). */
const daysAhead = 14
const daysKept = 35
/** Deliveries and answers that can still be looked at, and a delivery sent again by hand. */
const keptMs = 35 * 86_400_000
const pageMax = 1_000

export async function maintainDays(db: Db): Promise<void> {
  await db.sql`select automation.maintain_days(${daysAhead}, ${daysKept})`
}

/** Deletes what is past its time. Two replicas may do it at once: the second finds less. */
export async function purge(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptMs)
  const found = await db.sql<{ tenant_id: string }[]>`
    select * from automation.tenants_to_purge(${before}, ${pageMax}::int)`
  if (found.length === 0) return
  const tenants = found.map((row) => row.tenant_id)
  await db.forTenants(tenants, async (tx) => {
    const list = column(tx, 'uuid', tenants)
    await tx`delete from webhook_deliveries where tenant_id = any(${list}::uuid[]) and created_at < ${before}`
    await tx`delete from answers where tenant_id = any(${list}::uuid[]) and created_at < ${before}`
  })
}
