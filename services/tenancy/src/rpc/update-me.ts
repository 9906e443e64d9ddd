import { type authV1, idFromUuid, parseId, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { authenticateToken } from '../authenticate.ts'
import { type Change, changeTogether } from '../change.ts'
import { findMemberships } from '../db/finders.ts'
import { countAttempt, forgetAttempts } from '../db/login-attempts.ts'
import { member, updateMembership } from '../db/memberships.ts'
import { onPlatform } from '../db/scope.ts'
import { lockUser, setPassword, userByEmail } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { normalizeEmail } from '../domain/email.ts'
import { changedFields } from '../domain/patch.ts'
import { hashSecret } from '../domain/secrets.ts'
import { checkPassword } from '../join-person.ts'
import { passwordLengthMax } from '../passwords.ts'
import { checkLocale } from './create-tenant.ts'
import { endSessions } from './update-user.ts'

type H = Handler<authV1.UpdateMeRequest, authV1.Identity>

/**
 * One's own name, language and zone in this company, and one's password everywhere. The password is asked for again: a screen
 * left open must not be enough to keep its owner out; guessing counts against the limit of signing in.
 *
 * All in one transaction, so dying leaves all of it or none. Asked twice: the second password is refused, because the first has
 * ended the session.
 */
export const updateMe =
  (deps: Deps): H =>
  async (request) => {
    const { identity } = await authenticateToken(deps, request.accessToken)
    const user = parseId('user', identity.actorId)
    const tenant = parseId('tenant', identity.tenantId)
    if (!user || !tenant) throw appError('unauthenticated')
    const [userId, tenantId] = [uuidOf(user), uuidOf(tenant)]
    check(request)
    const passwordHash = request.password && (await newHash(deps, identity.email, request))
    const elsewhere = passwordHash ? await findMemberships(deps.db.sql, userId) : []
    const covered = [...new Set([tenantId, ...elsewhere])]

    return changeTogether(deps.db, covered, identity.actorId, async (changeOf, tx) => {
      const made = changeOf(tenantId)
      const changed = await describe(made, userId, request)
      if (passwordHash) {
        await lockUser(made.orm, userId)
        const places = await findMemberships(tx, userId)
        if (!places.every((place) => covered.includes(place))) throw appError('conflict')
        await setPassword(made.orm, userId, { passwordHash, passwordByTenant: null })
        for (const place of places) await endSessions(changeOf(place), userId, 'password')
        made.audit({ action: 'user.password_changed', entity: 'user', entityId: userId })
      }
      return { ...identity, ...changed }
    })
  }

function check(request: authV1.UpdateMeRequest): void {
  const { name, language, timeZone, password, currentPassword } = request
  const checks = new Checks()
  if (name !== undefined) checks.name(name)
  checkLocale(checks, { language, timeZone })
  if (password !== undefined) {
    checkPassword(checks, password)
    checks.that(Boolean(currentPassword), 'current_password', 'required', 'The password you have now.')
  }
  checks.done()
}

/** The new password's hash, once the present one is right. */
async function newHash(
  deps: Deps,
  email: string,
  { password = '', currentPassword = '' }: authV1.UpdateMeRequest,
): Promise<string> {
  const account = hashSecret(normalizeEmail(email))
  const until = await countAttempt(deps.db, account, deps.attemptLimit)
  if (until) {
    throw appError('rate_limited', { detail: 'Too many wrong passwords; try again later.', until })
  }
  const person = await onPlatform(deps.db, (orm) => userByEmail(orm, email))
  const isRight =
    currentPassword.length <= passwordLengthMax &&
    (await deps.passwords.verify(currentPassword, person?.passwordHash))
  new Checks().that(isRight, 'current_password', 'wrong', 'This is not your password.').done()
  await forgetAttempts(deps.db, account)
  return deps.passwords.hash(password)
}

async function describe(
  made: Change,
  userId: Uuid,
  { name, language, timeZone }: authV1.UpdateMeRequest,
): Promise<Pick<authV1.Identity, 'name' | 'language' | 'timeZone'>> {
  const before = await member(made, userId)
  if (!before) throw appError('unauthenticated')
  const patch = changedFields(before, { name: name?.trim(), language, timeZone })
  if (!patch) return namesOf(before)
  const row = await updateMembership(made, userId, patch)
  made.audit({
    action: 'user.updated',
    entity: 'user',
    entityId: userId,
    metadata: { fields: Object.keys(patch) },
  })
  // What gateways remember of him says the old name.
  made.revoked({
    kind: 'membership',
    subject: idFromUuid('user', userId),
    since: row.createdAt,
    version: row.version,
  })
  return namesOf(row)
}

const namesOf = ({ name, language, timeZone }: Pick<authV1.Identity, 'name' | 'language' | 'timeZone'>) => ({
  name,
  language,
  timeZone,
})
