import type { Uuid } from '@palomar/contracts'
import { asc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Keyset } from '../domain/cursor.ts'
import { appSnapshot, apps } from './schema.ts'
import type { TenancyOrm } from './scope.ts'

export type AppRow = typeof apps.$inferSelect

export function appRows(orm: TenancyOrm, keyset: Keyset): Promise<AppRow[]> {
  return orm
    .select()
    .from(apps)
    .where(keyset.after ? gt(apps.id, keyset.after) : undefined)
    .orderBy(asc(apps.id))
    .limit(keyset.limit + 1)
}

export function everyApp(orm: TenancyOrm): Promise<AppRow[]> {
  return orm.select().from(apps).orderBy(asc(apps.slug))
}

export async function appBySlug(orm: TenancyOrm, slug: string): Promise<AppRow | undefined> {
  const [row] = await orm.select().from(apps).where(eq(apps.slug, slug))
  return row
}

export async function lockApp(orm: TenancyOrm, id: Uuid): Promise<AppRow | undefined> {
  const [row] = await orm.select().from(apps).where(eq(apps.id, id)).for('update')
  return row
}

/** Which of these exist. */
export async function knownApps(orm: TenancyOrm, ids: readonly Uuid[]): Promise<Uuid[]> {
  if (ids.length === 0) return []
  const rows = await orm
    .select({ id: apps.id })
    .from(apps)
    .where(inArray(apps.id, [...ids]))
  return rows.map((row) => row.id as Uuid)
}

/** Undefined: the slug or Meta's app id is taken. */
export async function insertApp(orm: TenancyOrm, app: typeof apps.$inferInsert): Promise<AppRow | undefined> {
  const [row] = await orm.insert(apps).values(app).onConflictDoNothing().returning()
  return row
}

export async function updateApp(
  orm: TenancyOrm,
  id: string,
  patch: Partial<Pick<AppRow, 'sealedSecret' | 'sealedPreviousSecret' | 'sealedVerifyToken'>>,
): Promise<AppRow> {
  const [row] = await orm
    .update(apps)
    .set({ ...patch, version: sql`${apps.version} + 1`, updatedAt: sql`now()` })
    .where(eq(apps.id, id))
    .returning()
  if (!row) throw new Error('the app was locked in this transaction and is gone')
  return row
}

/** Fails with a foreign key violation while a number has it. */
export async function deleteApp(orm: TenancyOrm, id: string): Promise<void> {
  await orm.delete(apps).where(eq(apps.id, id))
}

/** Takes the lock that orders the writers of the snapshot, until the transaction ends; the next revision. */
export async function nextRevision(orm: TenancyOrm): Promise<bigint> {
  const [row] = await orm
    .insert(appSnapshot)
    .values({ only: true, revision: 1n })
    .onConflictDoUpdate({ target: appSnapshot.only, set: { revision: sql`${appSnapshot.revision} + 1` } })
    .returning({ revision: appSnapshot.revision })
  if (!row) throw new Error('an upsert returned nothing')
  return row.revision
}
