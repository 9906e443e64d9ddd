import { type authV1, idFromUuid, type Uuid } from '@palomar/contracts'
import { type AppError, appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { type Change, change } from '../change.ts'
import { findRefreshToken } from '../db/finders.ts'
import { membershipsOf } from '../db/memberships.ts'
import { endSession, lockFamilyOf, markUsed, sessionHolder } from '../db/sessions.ts'
import type { Deps } from '../deps.ts'
import { hashSecret } from '../domain/secrets.ts'
import { issueTokens, personIdentity } from '../open-session.ts'

type H = Handler<authV1.RefreshRequest, authV1.LoginResponse>
type Tokens = Awaited<ReturnType<typeof issueTokens>>

/**
 * Each token works once. One that comes back ends its family: either it was stolen and its thief was first, or its
 * owner was and the thief is here; both must sign in again (U4). Dies after the commit and before the answer: the
 * client's token is used up, and using it again ends the family, on the safe side.
 */
export const refresh =
  (deps: Deps): H =>
  async ({ refreshToken }) => {
    const hash = hashSecret(refreshToken)
    const tenantId = await findRefreshToken(deps.db.sql, hash)
    if (!tenantId) throw appError('unauthenticated')

    // A refusal is returned, not thrown, so that the end of the family it may have decided on is committed.
    const outcome = await change<{ refused: AppError } | { userId: Uuid; tokens: Tokens }>(
      deps.db,
      tenantId,
      '',
      (made) => rotate(deps, made, hash),
    )
    if ('refused' in outcome) throw outcome.refused
    const { userId, tokens } = outcome
    return { ...tokens, memberships: await membershipsOf(deps.db, userId) }
  }

async function rotate(deps: Deps, made: Change, hash: Uint8Array) {
  const refused = (code: 'unauthenticated' | 'refresh_reused' | 'company_suspended') => ({
    refused: appError(code),
  })
  const family = await lockFamilyOf(made, hash)
  if (!family) return refused('unauthenticated')
  const { session, token } = family
  const userId = session.userId as Uuid
  const sessionId = session.id as Uuid
  if (token.usedAt) {
    if (await endSession(made, sessionId, 'reuse')) {
      made.revoked({
        kind: 'session',
        subject: idFromUuid('session', sessionId),
        user: idFromUuid('user', userId),
      })
      made.audit({
        action: 'session.reuse_detected',
        entity: 'session',
        entityId: sessionId,
        actorId: idFromUuid('user', userId),
      })
    }
    return refused('refresh_reused')
  }
  if (token.expiresAt.getTime() <= deps.clock.now()) return refused('unauthenticated')
  const holder = await sessionHolder(made, sessionId, userId)
  if (holder?.membershipState !== 'active' || holder.tenantState === 'deleted') {
    return refused('unauthenticated')
  }
  // The token stays good: the session goes on when the company does.
  if (holder.tenantState === 'suspended') return refused('company_suspended')
  await markUsed(made, hash)
  const tokens = await issueTokens(deps, made, {
    userId,
    sessionId,
    familyEndsAt: session.expiresAt,
    identity: personIdentity(made.tenantId, sessionId, holder),
  })
  return { userId, tokens }
}
