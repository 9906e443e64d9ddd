/** Whom a credential stands for right now: tokens and keys say who, the database says whether still and as what. */
import { type authV1, idFromUuid, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { keyHolder } from './db/api-keys.ts'
import { findApiKey } from './db/finders.ts'
import { inTenant } from './db/scope.ts'
import { sessionHolder } from './db/sessions.ts'
import type { Deps } from './deps.ts'
import { serviceAccountRole } from './domain/roles.ts'
import { permissionsOfKey } from './domain/scopes.ts'
import { hashSecret } from './domain/secrets.ts'
import { personIdentity } from './open-session.ts'

export interface Authenticated {
  identity: authV1.Identity
  /** When the credential ends by itself; what is kept of it must not be kept longer. */
  endsAt: Date | undefined
}

/** Throws `unauthenticated`, `token_expired` or `company_suspended`. */
export async function authenticateToken(deps: Deps, accessToken: string): Promise<Authenticated> {
  const claims = await deps.accessTokens.verify(accessToken)
  const tenantId = uuidOf(claims.tenantId)
  const sessionId = uuidOf(claims.sessionId)
  const holder = await inTenant(deps.db, tenantId, (scope) =>
    sessionHolder(scope, sessionId, uuidOf(claims.userId)),
  )
  if (holder?.membershipState !== 'active') throw appError('unauthenticated', { internal: 'session ended' })
  refuseUnlessActive(holder.tenantState)
  return { identity: personIdentity(tenantId, sessionId, holder), endsAt: claims.expiresAt }
}

export async function authenticateKey(deps: Deps, secret: string): Promise<Authenticated> {
  const found = await findApiKey(deps.db.sql, hashSecret(secret))
  if (!found) throw appError('unauthenticated', { internal: 'no such key' })
  const holder = await inTenant(deps.db, found.tenantId, (scope) => keyHolder(scope, found.id))
  if (!holder) throw appError('unauthenticated', { internal: 'key revoked or expired' })
  refuseUnlessActive(holder.tenantState)
  deps.lastUsed.note(found.tenantId, found.id, new Date(deps.clock.now()))
  return {
    identity: keyIdentity(found.tenantId, found.id, holder),
    endsAt: holder.expiresAt ?? undefined,
  }
}

function keyIdentity(
  tenantId: Uuid,
  keyId: Uuid,
  holder: NonNullable<Awaited<ReturnType<typeof keyHolder>>>,
): authV1.Identity {
  return {
    actorId: idFromUuid('apiKey', keyId),
    tenantId: idFromUuid('tenant', tenantId),
    role: serviceAccountRole,
    permissions: permissionsOfKey(holder.scopes),
    email: '',
    name: holder.name,
    language: holder.language,
    timeZone: holder.timeZone,
    sessionId: '',
    tenantName: holder.tenantName,
    ratePerSecond: holder.ratePerSecond,
  }
}

function refuseUnlessActive(tenantState: string): void {
  if (tenantState === 'suspended') throw appError('company_suspended')
  if (tenantState !== 'active') throw appError('unauthenticated', { internal: 'company deleted' })
}
