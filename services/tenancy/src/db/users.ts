import type { Uuid } from '@palomar/contracts'
import { eq, sql } from 'drizzle-orm'
import { users } from './schema.ts'
import type { TenancyOrm } from './scope.ts'

/** People belong to no tenant; only login, and what manages memberships, reads this table. */
export type UserRow = typeof users.$inferSelect

export async function userByEmail(
  orm: TenancyOrm,
  email: string,
  lock?: 'update',
): Promise<UserRow | undefined> {
  const query = orm.select().from(users).where(eq(users.email, email))
  const [row] = await (lock ? query.for(lock) : query)
  return row
}

/** Locked: nobody joins or leaves a company as this person until the transaction ends. */
export async function lockUser(orm: TenancyOrm, id: Uuid): Promise<UserRow | undefined> {
  const [row] = await orm.select().from(users).where(eq(users.id, id)).for('update')
  return row
}

/** Undefined: somebody else took the address meanwhile. */
export async function insertUser(
  orm: TenancyOrm,
  user: Pick<UserRow, 'id' | 'email' | 'passwordHash' | 'passwordByTenant'>,
): Promise<UserRow | undefined> {
  const [row] = await orm.insert(users).values(user).onConflictDoNothing({ target: users.email }).returning()
  return row
}

export async function setPassword(
  orm: TenancyOrm,
  id: string,
  password: Pick<UserRow, 'passwordHash' | 'passwordByTenant'>,
): Promise<void> {
  await orm
    .update(users)
    .set({ ...password, updatedAt: sql`now()` })
    .where(eq(users.id, id))
}

export async function deleteUser(orm: TenancyOrm, id: string): Promise<void> {
  await orm.delete(users).where(eq(users.id, id))
}
