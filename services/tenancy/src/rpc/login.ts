import { type authV1, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { countAttempt, forgetAttempts } from '../db/login-attempts.ts'
import { membershipsOf } from '../db/memberships.ts'
import { onPlatform } from '../db/scope.ts'
import { userByEmail } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { isEmail, normalizeEmail } from '../domain/email.ts'
import { hashSecret } from '../domain/secrets.ts'
import { notAMember, openSession } from '../open-session.ts'
import { passwordLengthMax } from '../passwords.ts'

type H = Handler<authV1.LoginRequest, authV1.LoginResponse>

/**
 * An address that nobody has, a wrong password, and a person without a company get the same answer after the same
 * work, and count against the same limit.
 */
export const login =
  (deps: Deps): H =>
  async (request) => {
    const { db, metrics } = deps
    const email = normalizeEmail(request.email)
    // What no address or password can be is refused without work: it says nothing about any account.
    if (!isEmail(email) || request.password.length > passwordLengthMax) throw refused()

    const account = hashSecret(email)
    const blockedUntil = await countAttempt(db, account, deps.attemptLimit)
    if (blockedUntil) {
      metrics.logins.inc({ result: 'blocked' })
      throw appError('rate_limited', {
        detail: 'Too many attempts to sign in to this account; try again later.',
        until: blockedUntil,
      })
    }
    const user = await onPlatform(db, (orm) => userByEmail(orm, email))
    const matches = await deps.passwords.verify(request.password, user?.passwordHash)
    if (!user || !matches) {
      metrics.logins.inc({ result: 'refused' })
      throw refused()
    }
    await forgetAttempts(db, account)

    const userId = user.id as Uuid
    const memberships = await membershipsOf(db, userId)
    if (memberships.length === 0) throw refused()
    metrics.logins.inc({ result: 'ok' })

    const only = memberships.length === 1 ? memberships[0]?.tenantId : undefined
    const chosen = request.tenantId || only
    if (!chosen) return { ...noTokens, memberships }
    const tenantId = parseId('tenant', chosen)
    if (!tenantId) throw notAMember()
    const tokens = await openSession(deps, uuidOf(tenantId), userId, request, 'session.opened')
    return { ...tokens, memberships }
  }

const noTokens = {
  accessToken: '',
  refreshToken: '',
  accessExpiresAt: undefined,
  refreshExpiresAt: undefined,
  identity: undefined,
}

function refused() {
  return appError('unauthenticated', { detail: 'The e-mail address or the password is not right.' })
}
