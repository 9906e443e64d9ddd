/**
 * The company, app and number that the environment names, so that a single-company install needs no panel (O9).
 *
 * Safe to repeat and in several replicas at once: the platform's row and the company's are locked, and the company's id
 * is derived. A value of the environment is taken over when it is new there; what people have changed since then
 * stays, and that is said. What they deleted is not made again. A value that contradicts what is there is said and left
 * out: the platform's other companies work on.
 *
 * We die between the two transactions: the next start finds the app and makes the rest.
 */
import { type Uuid, uuidOfFact } from '@palomar/contracts'
import { AppError } from '@palomar/errors'
import type { Logger } from '@palomar/runtime'
import { change } from '../change.ts'
import { insertTenant, insertTenantKey, tenantRow } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { platformTenant } from '../domain/platform.ts'
import { seedApiKey } from './seed-api-key.ts'
import { seedApp } from './seed-app.ts'
import { seedNumber } from './seed-number.ts'
import type { FirstCompany } from './variables.ts'

export const firstCompany = uuidOfFact('tenancy', 'tenant', 'environment')
/** Who made it, in audit entries. */
export const actor = 'environment'

export async function seedCompany(
  deps: Pick<Deps, 'db' | 'vault'>,
  wanted: FirstCompany | undefined,
  logger: Logger,
): Promise<void> {
  if (!wanted) return
  const say = (text: string) => logger.info(`environment: ${text}`)
  const appId = await change(deps.db, platformTenant, actor, async (made) => {
    await tenantRow(made, 'update')
    return seedApp(deps, made, wanted, say)
  })
  try {
    await change(deps.db, firstCompany, actor, async (made) => {
      const created = await insertTenant(made, {
        tenantId: firstCompany,
        name: wanted.name,
        language: 'es',
        timeZone: 'UTC',
        country: '',
      })
      if (created) {
        await insertTenantKey(made, deps.vault.newTenantKey(firstCompany).sealed)
        made.tenantChanged(created)
        const metadata = { name: created.name, seeded: true }
        made.audit({ action: 'company.created', entity: 'tenant', entityId: firstCompany, metadata })
        say('the first company was made')
      }
      if (!(await tenantRow(made, 'update'))) return say('its company was deleted, nothing is made again')
      await seedNumber(deps, made, wanted, appId as Uuid, say)
      if (wanted.apiKey !== undefined) await seedApiKey(made, wanted.apiKey, say)
    })
  } catch (error) {
    if (!(error instanceof AppError) || !contradictions.has(error.code)) throw error
    logger.warn(`environment: the number was not made: ${error.detail}`)
  }
}

const contradictions = new Set<string>(['already_exists', 'validation_failed'])
