import { newId, type tenancyV1, uuidOf } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { change } from '../change.ts'
import { insertTenant, insertTenantKey } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { isCountry, isLanguage, isTimeZone } from '../domain/locale.ts'
import { tenantMessage } from '../domain/messages.ts'
import { checkPerson, joinPerson, preparePerson } from '../join-person.ts'
import { actorOf, roleOf } from './target.ts'

type H = Handler<tenancyV1.CreateTenantRequest, tenancyV1.Tenant>

/** The company, its data key and its first admin, or none of them. */
export const createTenant =
  (deps: Deps): H =>
  async (request, call) => {
    const locale = { language: request.language || 'es', timeZone: request.timeZone || 'UTC' }
    const checks = new Checks().name(request.name)
    checkLocale(checks, { ...locale, country: request.country })
    const admin = request.adminEmail !== '' && {
      email: request.adminEmail,
      name: request.adminName,
      password: request.adminPassword,
      role: 'tenant_admin' as const,
      ...locale,
    }
    if (admin) checkPerson(checks, admin, 'admin.')
    checks.done()

    const prepared = admin && (await preparePerson(deps, admin))
    const tenantId = uuidOf(newId('tenant'))
    return change(deps.db, tenantId, actorOf(call), async (made) => {
      const row = await insertTenant(made, {
        tenantId,
        name: request.name.trim(),
        country: request.country,
        ...locale,
      })
      if (!row) throw new Error('a new id was taken')
      await insertTenantKey(made, deps.vault.newTenantKey(tenantId).sealed)
      made.tenantChanged(row)
      made.audit({
        action: 'company.created',
        entity: 'tenant',
        entityId: tenantId,
        metadata: { name: row.name },
      })
      if (prepared) {
        await joinPerson(made, prepared, { role: roleOf(call), isPlatform: row.isPlatform, path: 'admin.' })
      }
      return tenantMessage(row)
    })
  }

export function checkLocale(
  checks: Checks,
  locale: { language?: string | undefined; timeZone?: string | undefined; country?: string | undefined },
): void {
  const { language, timeZone, country } = locale
  checks
    .that(language === undefined || isLanguage(language), 'language', 'unknown', 'es, pt or en.')
    .that(timeZone === undefined || isTimeZone(timeZone), 'time_zone', 'unknown', 'An IANA time zone.')
    .that(
      country === undefined || isCountry(country),
      'country',
      'unknown',
      'Two capital letters (ISO 3166-1).',
    )
}
