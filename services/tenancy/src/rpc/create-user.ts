import type { tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { inTenant } from '../db/scope.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { userMessage } from '../domain/messages.ts'
import { isRole } from '../domain/roles.ts'
import { checkPerson, joinPerson, preparePerson } from '../join-person.ts'
import { checkLocale } from './create-tenant.ts'
import { actorOf, existing, roleOf, targetTenant } from './target.ts'

type H = Handler<tenancyV1.CreateUserRequest, tenancyV1.User>

export const createUser =
  (deps: Deps): H =>
  async (request, call) => {
    const tenantId = targetTenant(call, request.tenantId)
    const { role } = request
    const checks = new Checks().that(isRole(role), 'role', 'unknown', 'One of the roles.')
    checkPerson(checks, request)
    checkLocale(checks, {
      language: request.language || undefined,
      timeZone: request.timeZone || undefined,
    })
    checks.done()
    if (!isRole(role)) throw new Error('checked above')

    const tenant = await inTenant(deps.db, tenantId, (scope) => existing(scope))
    const prepared = await preparePerson(deps, {
      email: request.email,
      name: request.name,
      password: request.password,
      role,
      language: request.language || tenant.language,
      timeZone: request.timeZone || tenant.timeZone,
    })
    return change(deps.db, tenantId, actorOf(call), async (made) => {
      const { isPlatform } = await existing(made, 'share')
      return userMessage(await joinPerson(made, prepared, { role: roleOf(call), isPlatform }))
    })
  }
