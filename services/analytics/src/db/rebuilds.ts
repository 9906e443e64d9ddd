import type { Db } from '@palomar/db'

export interface RebuildRow {
  /** Where the range ends, fixed when it was first asked for. */
  until: Date
  cursor: string
  events: number
}

/**
 * Takes the rebuild of this key for as long as `heldUntil` says: the one that was interrupted, or a new one when there is
 * none or the last one ended. Undefined while somebody else has it.
 */
export async function takeRebuild(
  db: Db,
  key: string,
  at: { now: Date; heldUntil: Date; until: Date },
): Promise<RebuildRow | undefined> {
  const [row] = await db.sql<RebuildRow[]>`
    insert into rebuilds as r (key, until, held_until) values (${key}, ${at.until}, ${at.heldUntil})
    on conflict (key) do update set
      until = case when r.done then excluded.until else r.until end,
      cursor = case when r.done then '' else r.cursor end,
      events = case when r.done then 0 else r.events end,
      done = false, held_until = excluded.held_until, updated_at = ${at.now}
    where r.held_until <= ${at.now} or r.done
    returning until, cursor, events::float8 as events`
  return row
}

/** How far it has come. */
export async function keepRebuild(
  db: Db,
  key: string,
  so: { cursor: string; events: number; done: boolean; heldUntil: Date },
): Promise<void> {
  await db.sql`
    update rebuilds set cursor = ${so.cursor}, events = ${so.events}, done = ${so.done}, held_until = ${so.heldUntil},
      updated_at = now()
    where key = ${key}`
}
