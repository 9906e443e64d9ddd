import { type authV1, idFromUuid, type Role, type Uuid } from '@palomar/contracts'
import { type Db, ormOf } from '@palomar/db'
import { and, asc, count, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import type { Keyset } from '../domain/cursor.ts'
import { findMemberships } from './finders.ts'
import * as schema from './schema.ts'
import { memberships, tenants, users } from './schema.ts'
import type { Scope } from './scope.ts'

export type MembershipRow = typeof memberships.$inferSelect
/** A person as a company sees him. */
export type Member = MembershipRow & { email: string }

const memberColumns = { membership: memberships, email: users.email }
const asMember = (row: { membership: MembershipRow; email: string }): Member => ({
  ...row.membership,
  email: row.email,
})

export async function members(scope: Scope, keyset: Keyset): Promise<Member[]> {
  const rows = await scope.orm
    .select(memberColumns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.tenantId, scope.tenantId),
        keyset.after ? gt(memberships.userId, keyset.after) : undefined,
      ),
    )
    .orderBy(asc(memberships.tenantId), asc(memberships.userId))
    .limit(keyset.limit + 1)
  return rows.map(asMember)
}

export async function member(scope: Scope, userId: Uuid): Promise<Member | undefined> {
  const [row] = await scope.orm
    .select(memberColumns)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.tenantId, scope.tenantId), eq(memberships.userId, userId)))
  return row && asMember(row)
}

/** Undefined: the person is a member already. */
export async function insertMembership(
  scope: Scope,
  membership: Omit<typeof memberships.$inferInsert, 'tenantId'>,
): Promise<MembershipRow | undefined> {
  const [row] = await scope.orm
    .insert(memberships)
    .values({ ...membership, tenantId: scope.tenantId })
    .onConflictDoNothing()
    .returning()
  return row
}

export async function updateMembership(
  scope: Scope,
  userId: string,
  patch: Partial<Pick<MembershipRow, 'name' | 'role' | 'state' | 'language' | 'timeZone'>>,
): Promise<MembershipRow> {
  const [row] = await scope.orm
    .update(memberships)
    .set({ ...patch, version: sql`${memberships.version} + 1`, updatedAt: sql`now()` })
    .where(and(eq(memberships.tenantId, scope.tenantId), eq(memberships.userId, userId)))
    .returning()
  if (!row) throw new Error('the membership was read in this transaction and is gone')
  return row
}

export async function touchLogin(scope: Scope, userId: string): Promise<void> {
  await scope.orm
    .update(memberships)
    .set({ lastLoginAt: sql`now()` })
    .where(and(eq(memberships.tenantId, scope.tenantId), eq(memberships.userId, userId)))
}

/** Takes the person's sessions in this company with it. */
export async function deleteMembership(scope: Scope, userId: string): Promise<void> {
  await scope.orm
    .delete(memberships)
    .where(and(eq(memberships.tenantId, scope.tenantId), eq(memberships.userId, userId)))
}

/** Active holders of the role besides this person. Call it with the tenant row locked. */
export async function othersWithRole(scope: Scope, role: Role, userId: string): Promise<number> {
  const [row] = await scope.orm
    .select({ others: count() })
    .from(memberships)
    .where(
      and(
        eq(memberships.tenantId, scope.tenantId),
        eq(memberships.role, role),
        eq(memberships.state, 'active'),
        ne(memberships.userId, userId),
      ),
    )
  return row?.others ?? 0
}

/** Where the person may go: his active memberships, by the company's name. */
export async function membershipsOf(db: Db, userId: Uuid): Promise<authV1.Membership[]> {
  const tenantIds = await findMemberships(db.sql, userId)
  if (tenantIds.length === 0) return []
  const rows = await db.forTenants(tenantIds, async (tx) =>
    ormOf(tx, schema)
      .select({
        tenantId: memberships.tenantId,
        tenantName: tenants.name,
        tenantState: tenants.state,
        role: memberships.role,
      })
      .from(memberships)
      .innerJoin(tenants, eq(tenants.tenantId, memberships.tenantId))
      .where(
        and(
          inArray(memberships.tenantId, tenantIds),
          eq(memberships.userId, userId),
          eq(memberships.state, 'active'),
          ne(tenants.state, 'deleted'),
        ),
      )
      .orderBy(asc(tenants.name), asc(memberships.tenantId)),
  )
  return rows.map((row) => ({ ...row, tenantId: idFromUuid('tenant', row.tenantId) }))
}
