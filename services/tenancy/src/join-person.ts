/** Making somebody a member of a company, whether he is new to the platform or not. */
import { newId, type Role, type Uuid, uuidOf } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Change } from './change.ts'
import { insertMembership, type Member } from './db/memberships.ts'
import { insertUser, setPassword, type UserRow, userByEmail } from './db/users.ts'
import type { Deps } from './deps.ts'
import type { Checks } from './domain/checks.ts'
import { isEmail, normalizeEmail } from './domain/email.ts'
import { mayGrant } from './domain/roles.ts'
import { passwordLengthMax, passwordLengthMin } from './passwords.ts'

export interface NewPerson {
  email: string
  name: string
  /** Empty: he cannot sign in until somebody sets one. */
  password: string
  role: Role
  language: string
  timeZone: string
}

export interface PreparedPerson extends NewPerson {
  passwordHash: string
}

export function checkPerson(
  checks: Checks,
  person: Pick<NewPerson, 'email' | 'name' | 'password'>,
  path = '',
): void {
  checks
    .that(isEmail(normalizeEmail(person.email)), `${path}email`, 'invalid', 'An e-mail address.')
    .name(person.name, `${path}name`)
  if (person.password !== '') checkPassword(checks, person.password, `${path}password`)
}

export function checkPassword(checks: Checks, password: string, path = 'password'): void {
  checks
    .that(
      password.length >= passwordLengthMin,
      path,
      'too_short',
      `At least ${passwordLengthMin} characters.`,
    )
    .that(password.length <= passwordLengthMax, path, 'too_long', `At most ${passwordLengthMax} characters.`)
}

/** The slow part (hashing) comes before the transaction, so that no row is locked meanwhile. */
export async function preparePerson(deps: Deps, person: NewPerson): Promise<PreparedPerson> {
  const passwordHash = person.password
    ? await deps.passwords.hash(person.password)
    : await deps.passwords.unusable()
  return { ...person, email: normalizeEmail(person.email), name: person.name.trim(), passwordHash }
}

/**
 * Adds the membership, and the person when nobody has the address yet.
 *
 * Somebody who is already known is joined to a further company by a platform admin only: a company's admin could else
 * take over a person he has no say in, or learn who is a customer of whom. And a password that one company's admin
 * chose must not open another company (he may have kept it), so then the platform admin sets a new one.
 */
export async function joinPerson(
  made: Change,
  person: PreparedPerson,
  by: { role: string; isPlatform: boolean; path?: string },
): Promise<Member> {
  if (!mayGrant(by.role, person.role)) {
    throw appError('forbidden', { detail: 'You cannot give a role above your own.' })
  }
  if ((person.role === 'platform_admin') !== by.isPlatform) {
    throw invalid(
      `${by.path ?? ''}role`,
      'not_here',
      'Platform admins belong to the platform, and only they do.',
    )
  }
  const user = await personFor(made, person, by)
  const membership = await insertMembership(made, {
    userId: user.id,
    role: person.role,
    name: person.name,
    language: person.language,
    timeZone: person.timeZone,
  })
  if (!membership) throw appError('already_exists', { detail: 'This person is a member already.' })
  made.audit({
    action: 'user.created',
    entity: 'user',
    entityId: user.id as Uuid,
    metadata: { role: person.role },
  })
  return { ...membership, email: user.email }
}

async function personFor(
  made: Change,
  person: PreparedPerson,
  by: { role: string; path?: string },
): Promise<UserRow> {
  const byPlatform = by.role === 'platform_admin'
  const { email, passwordHash } = person
  const fresh = await insertUser(made.orm, {
    id: uuidOf(newId('user')),
    email,
    passwordHash,
    passwordByTenant: byPlatform ? null : made.tenantId,
  })
  if (fresh) return fresh

  const known = await userByEmail(made.orm, email, 'update')
  if (!known || !byPlatform) {
    throw appError('already_exists', {
      detail: 'This e-mail address is in use. Ask the platform administrator to add the person.',
    })
  }
  if (known.passwordByTenant !== null && known.passwordByTenant !== made.tenantId) {
    if (person.password === '') {
      throw invalid(
        `${by.path ?? ''}password`,
        'required',
        'Another company set this person’s password: give a new one.',
      )
    }
    await setPassword(made.orm, known.id, { passwordHash, passwordByTenant: null })
  }
  return known
}

function invalid(path: string, code: string, detail: string) {
  return appError('validation_failed', { fields: [{ path, code, detail }] })
}
