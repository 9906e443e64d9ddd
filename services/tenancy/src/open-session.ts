/** Starting a session: a family of refresh tokens in one company, and its first access token. */
import { type authV1, idFromUuid, newId, type Role, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type Change, change } from './change.ts'
import { member, touchLogin } from './db/memberships.ts'
import { dropDeadSessions, insertRefreshToken, insertSession } from './db/sessions.ts'
import { tenantRow } from './db/tenants.ts'
import type { Deps } from './deps.ts'
import { permissionsOf } from './domain/roles.ts'
import { hashSecret, newSecret } from './domain/secrets.ts'

export interface Origin {
  ip: string
  userAgent: string
}

/** Who someone is in a company; of the membership and the tenant as they are now. */
export function personIdentity(
  tenantId: Uuid,
  sessionId: Uuid,
  person: {
    userId: string
    role: Role
    email: string
    name: string
    language: string
    timeZone: string
    tenantName: string
  },
): authV1.Identity {
  return {
    actorId: idFromUuid('user', person.userId),
    tenantId: idFromUuid('tenant', tenantId),
    role: person.role,
    permissions: [...permissionsOf(person.role)],
    email: person.email,
    name: person.name,
    language: person.language,
    timeZone: person.timeZone,
    sessionId: idFromUuid('session', sessionId),
    tenantName: person.tenantName,
    ratePerSecond: 0,
  }
}

type Tokens = Pick<
  authV1.LoginResponse,
  'accessToken' | 'refreshToken' | 'accessExpiresAt' | 'refreshExpiresAt' | 'identity'
>

/**
 * `forbidden` when he is no active member, `company_suspended` when the company is. Dies after the commit: a family
 * nobody knows of, gone when it expires.
 */
export function openSession(
  deps: Deps,
  tenantId: Uuid,
  userId: Uuid,
  origin: Origin,
  action: 'session.opened' | 'session.switched',
): Promise<Tokens> {
  const actorId = idFromUuid('user', userId)
  return change(deps.db, tenantId, actorId, async (made) => {
    const tenant = await tenantRow(made, 'share')
    const person = await member(made, userId)
    if (!tenant || person?.state !== 'active') throw notAMember()
    if (tenant.state === 'suspended') throw appError('company_suspended')

    await dropDeadSessions(made, userId)
    const sessionId = uuidOf(newId('session'))
    const familyEndsAt = new Date(deps.clock.now() + deps.familyTtlMs)
    await insertSession(made, {
      id: sessionId,
      userId,
      ip: origin.ip.slice(0, 64),
      userAgent: origin.userAgent.slice(0, 256),
      expiresAt: familyEndsAt,
    })
    await touchLogin(made, userId)
    made.audit({ action, entity: 'session', entityId: sessionId, metadata: { ip: origin.ip.slice(0, 64) } })
    const identity = personIdentity(tenantId, sessionId, { ...person, tenantName: tenant.name })
    return issueTokens(deps, made, { userId, sessionId, familyEndsAt, identity })
  })
}

/** The next pair of a family. The refresh token is kept as a hash and leaves in this answer only. */
export async function issueTokens(
  deps: Deps,
  made: Change,
  session: { userId: Uuid; sessionId: Uuid; familyEndsAt: Date; identity: authV1.Identity },
): Promise<Tokens> {
  const { userId, sessionId, familyEndsAt, identity } = session
  const refreshToken = newSecret('refreshToken')
  const refreshExpiresAt = new Date(Math.min(deps.clock.now() + deps.refreshTtlMs, familyEndsAt.getTime()))
  await insertRefreshToken(made, {
    hash: hashSecret(refreshToken),
    sessionId,
    expiresAt: refreshExpiresAt,
  })
  const access = await deps.accessTokens.sign({
    userId: idFromUuid('user', userId),
    tenantId: idFromUuid('tenant', made.tenantId),
    sessionId: idFromUuid('session', sessionId),
  })
  return {
    accessToken: access.token,
    accessExpiresAt: access.expiresAt,
    refreshToken,
    refreshExpiresAt,
    identity,
  }
}

/** The same for a company that is not there: who is in which company is nobody else's business. */
export function notAMember() {
  return appError('forbidden', { detail: 'You are not a member of this company.' })
}
