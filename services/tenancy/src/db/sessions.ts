import type { Role, Uuid } from '@palomar/contracts'
import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { refreshTokens, sessions } from './schema.ts'
import type { Scope } from './scope.ts'

export type SessionRow = typeof sessions.$inferSelect
export type EndedBecause = NonNullable<SessionRow['endedBecause']>

export async function insertSession(
  scope: Scope,
  session: Omit<typeof sessions.$inferInsert, 'tenantId'>,
): Promise<void> {
  await scope.orm.insert(sessions).values({ ...session, tenantId: scope.tenantId })
}

export async function insertRefreshToken(
  scope: Scope,
  token: Omit<typeof refreshTokens.$inferInsert, 'tenantId'>,
): Promise<void> {
  await scope.orm.insert(refreshTokens).values({ ...token, tenantId: scope.tenantId })
}

/** The token and its family, the family locked: of two that use a token at once, the second finds it used. */
export async function lockFamilyOf(scope: Scope, hash: Uint8Array) {
  const [row] = await scope.orm
    .select({ token: refreshTokens, session: sessions })
    .from(refreshTokens)
    .innerJoin(
      sessions,
      and(eq(sessions.tenantId, refreshTokens.tenantId), eq(sessions.id, refreshTokens.sessionId)),
    )
    .where(and(eq(refreshTokens.tenantId, scope.tenantId), eq(refreshTokens.hash, hash)))
    .for('update')
  return row
}

export async function markUsed(scope: Scope, hash: Uint8Array): Promise<void> {
  await scope.orm
    .update(refreshTokens)
    .set({ usedAt: sql`now()` })
    .where(and(eq(refreshTokens.tenantId, scope.tenantId), eq(refreshTokens.hash, hash)))
}

/** False when it had ended already. */
export async function endSession(scope: Scope, id: string, because: EndedBecause): Promise<boolean> {
  const ended = await scope.orm
    .update(sessions)
    .set({ endedAt: sql`now()`, endedBecause: because })
    .where(and(eq(sessions.tenantId, scope.tenantId), eq(sessions.id, id), isNull(sessions.endedAt)))
    .returning({ id: sessions.id })
  return ended.length > 0
}

/** The families this ended. */
export async function endSessionsOf(scope: Scope, userId: string, because: EndedBecause): Promise<Uuid[]> {
  const ended = await scope.orm
    .update(sessions)
    .set({ endedAt: sql`now()`, endedBecause: because })
    .where(and(eq(sessions.tenantId, scope.tenantId), eq(sessions.userId, userId), isNull(sessions.endedAt)))
    .returning({ id: sessions.id })
  return ended.map((row) => row.id as Uuid)
}

/** Families that can never be used again. Called at each login, which bounds what one person leaves behind. */
export async function dropDeadSessions(scope: Scope, userId: string): Promise<void> {
  await scope.orm
    .delete(sessions)
    .where(
      and(
        eq(sessions.tenantId, scope.tenantId),
        eq(sessions.userId, userId),
        or(lt(sessions.expiresAt, sql`now()`), lt(sessions.endedAt, sql`now() - interval '30 days'`)),
      ),
    )
}

/** Everything that an access token's holder is, as of now. */
export interface SessionHolder {
  userId: Uuid
  role: Role
  membershipState: string
  email: string
  name: string
  language: string
  timeZone: string
  tenantName: string
  tenantState: string
}

/** One statement, since the gateway asks it for each credential twice a minute. Undefined: ended, expired, removed. */
export async function sessionHolder(
  scope: Scope,
  sessionId: Uuid,
  userId: Uuid,
): Promise<SessionHolder | undefined> {
  const [row] = await scope.tx<SessionHolder[]>`
    select m.user_id as "userId", m.role, m.state as "membershipState", u.email, m.name, m.language,
      m.time_zone as "timeZone", t.name as "tenantName", t.state as "tenantState"
    from tenancy.sessions s
    join tenancy.memberships m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
    join tenancy.users u on u.id = s.user_id
    join tenancy.tenants t on t.tenant_id = s.tenant_id
    where s.tenant_id = ${scope.tenantId} and s.id = ${sessionId} and s.user_id = ${userId}
      and s.ended_at is null and s.expires_at > now()`
  return row
}
