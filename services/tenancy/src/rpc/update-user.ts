import { idFromUuid, type tenancyV1, type Uuid } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { CallContext, Handler } from '@palomar/rpc'
import { type Change, changeTogether } from '../change.ts'
import { findMemberships } from '../db/finders.ts'
import { type Member, member, othersWithRole, updateMembership } from '../db/memberships.ts'
import { endSessionsOf } from '../db/sessions.ts'
import { lockUser, setPassword } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { userMessage } from '../domain/messages.ts'
import { changedFields } from '../domain/patch.ts'
import { adminRoleOf, isRole, mayGrant } from '../domain/roles.ts'
import { checkPassword } from '../join-person.ts'
import { checkLocale } from './create-tenant.ts'
import { actorOf, existing, roleOf, targetTenant, uuidNamed } from './target.ts'

type H = Handler<tenancyV1.UpdateUserRequest, tenancyV1.User>

/**
 * What a company says of a member (name, role, state, language, zone) is its own; the password is the person's, in
 * every company he works for. A new password ends all his sessions everywhere, in the same transaction.
 */
export const updateUser =
  (deps: Deps): H =>
  async (request, call) => {
    const tenantId = targetTenant(call, request.tenantId)
    const userId = uuidNamed('user', request.id)
    check(request)
    const passwordHash = request.password && (await deps.passwords.hash(request.password))
    // His other companies join the transaction only when it has something to do there.
    const elsewhere = passwordHash ? await findMemberships(deps.db.sql, userId) : []
    const covered = [...new Set([tenantId, ...elsewhere])]

    return changeTogether(deps.db, covered, actorOf(call), async (changeOf, tx) => {
      const made = changeOf(tenantId)
      const { isPlatform } = await existing(made, 'update')
      const before = await member(made, userId)
      if (!before) throw appError('not_found')
      if (!mayGrant(roleOf(call), before.role)) {
        throw appError('forbidden', { detail: 'You cannot change someone whose role is above yours.' })
      }
      const after = await updatePlace(made, before, request, { call, isPlatform })
      if (passwordHash) {
        await lockUser(made.orm, userId)
        const places = await findMemberships(tx, userId)
        if (!places.every((place) => covered.includes(place))) throw appError('conflict')
        const self = actorOf(call) === request.id
        const byPlatform = roleOf(call) === 'platform_admin'
        if (!self && !byPlatform && places.length > 1) {
          throw appError('forbidden', {
            detail:
              'This person also works for another company: only they, or the platform, set the password.',
          })
        }
        await setPassword(made.orm, userId, {
          passwordHash,
          passwordByTenant: self || byPlatform ? null : tenantId,
        })
        for (const place of places) await endSessions(changeOf(place), userId, 'password')
        made.audit({ action: 'user.password_changed', entity: 'user', entityId: userId })
      }
      return userMessage(after)
    })
  }

function check(request: tenancyV1.UpdateUserRequest): void {
  const { name, role, state, password, language, timeZone } = request
  const checks = new Checks()
    .that(role === undefined || isRole(role), 'role', 'unknown', 'One of the roles.')
    .that(
      state === undefined || state === 'active' || state === 'deactivated',
      'state',
      'unknown',
      'active or deactivated.',
    )
  if (name !== undefined) checks.name(name)
  if (password !== undefined) checkPassword(checks, password)
  checkLocale(checks, { language, timeZone })
  checks.done()
}

async function updatePlace(
  made: Change,
  before: Member,
  request: tenancyV1.UpdateUserRequest,
  by: { call: CallContext; isPlatform: boolean },
): Promise<Member> {
  const { language, timeZone } = request
  const patch = changedFields(before, {
    name: request.name?.trim(),
    role: request.role as Member['role'] | undefined,
    state: request.state as Member['state'] | undefined,
    language,
    timeZone,
  })
  if (!patch) return before
  if (patch.role && !mayGrant(roleOf(by.call), patch.role)) {
    throw appError('forbidden', { detail: 'You cannot give a role above your own.' })
  }
  if (patch.role && (patch.role === 'platform_admin') !== by.isPlatform) {
    const detail = 'Platform admins belong to the platform, and only they do.'
    new Checks().that(false, 'role', 'not_here', detail).done()
  }
  if (patch.role || patch.state === 'deactivated') await keepAnAdmin(made, before, by.isPlatform)

  const row = await updateMembership(made, before.userId, patch)
  made.audit({
    action: patch.state === 'deactivated' ? 'user.deactivated' : 'user.updated',
    entity: 'user',
    entityId: before.userId as Uuid,
    metadata: { fields: Object.keys(patch), ...(patch.role && { role: patch.role, was: before.role }) },
  })
  if (patch.state === 'deactivated') await endSessions(made, before.userId as Uuid, 'deactivated')
  // What he holds was given under the old role: the next exchange finds the new one.
  if (patch.role || patch.state === 'deactivated') {
    made.revoked({
      kind: 'membership',
      subject: idFromUuid('user', before.userId),
      since: row.createdAt,
      version: row.version,
    })
  }
  return { ...row, email: before.email }
}

/** Call with the tenant row locked: two admins who remove each other at once take turns here. */
export async function keepAnAdmin(made: Change, leaving: Member, isPlatform: boolean): Promise<void> {
  const role = adminRoleOf({ isPlatform })
  if (leaving.role !== role || leaving.state !== 'active') return
  if ((await othersWithRole(made, role, leaving.userId)) > 0) return
  throw appError('conflict', { detail: 'The last administrator cannot be removed, deactivated or demoted.' })
}

export async function endSessions(
  made: Change,
  userId: Uuid,
  because: 'password' | 'deactivated',
): Promise<void> {
  for (const id of await endSessionsOf(made, userId, because)) {
    made.revoked({ kind: 'session', subject: idFromUuid('session', id), user: idFromUuid('user', userId) })
  }
}
