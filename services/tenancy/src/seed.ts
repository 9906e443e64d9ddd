/** What must be there before anyone can sign in: the platform's own tenant, its data key, and a platform admin. */
import { newId, type Uuid, uuidOf } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import { change } from './change.ts'
import { othersWithRole } from './db/memberships.ts'
import { insertTenant, insertTenantKey, tenantRow } from './db/tenants.ts'
import { insertUser, setPassword, userByEmail } from './db/users.ts'
import type { Deps } from './deps.ts'
import { normalizeEmail } from './domain/email.ts'
import { platformTenant } from './domain/platform.ts'

export interface FirstAdmin {
  email: string
  password: string
}

const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Replicas that start together do it once. While an active platform admin exists nothing is touched: the environment
 * cannot change an admin's password behind his back.
 */
export async function seed(
  deps: Pick<Deps, 'db' | 'vault' | 'passwords'>,
  first: FirstAdmin | undefined,
  logger: Logger,
): Promise<void> {
  const passwordHash = first && (await deps.passwords.hash(first.password))
  await change(deps.db, platformTenant, 'tenancy', async (made) => {
    const created = await insertTenant(made, {
      tenantId: platformTenant,
      name: 'Palomar',
      isPlatform: true,
      language: 'es',
      timeZone: 'UTC',
      country: '',
    })
    if (created) {
      await insertTenantKey(made, deps.vault.newTenantKey(platformTenant).sealed)
      made.tenantChanged(created)
    }
    await tenantRow(made, 'update')
    if ((await othersWithRole(made, 'platform_admin', nobody)) > 0) return
    if (!first || !passwordHash) {
      logger.warn('there is no platform admin: set SEED_ADMIN_EMAIL and SEED_ADMIN_PASSWORD')
      return
    }
    const email = normalizeEmail(first.email)
    const password = { passwordHash, passwordByTenant: null }
    const fresh = await insertUser(made.orm, { id: uuidOf(newId('user')), email, ...password })
    const user = fresh ?? (await userByEmail(made.orm, email, 'update'))
    if (!user) throw new Error('a person neither inserted nor found')
    // Whoever chose the password this address had so far must not become the platform's admin by it.
    if (!fresh) await setPassword(made.orm, user.id, password)
    await made.tx`
      insert into tenancy.memberships (tenant_id, user_id, role, name, language, time_zone)
      values (${platformTenant}, ${user.id}, 'platform_admin', 'Admin', 'es', 'UTC')
      on conflict (tenant_id, user_id) do update set role = 'platform_admin', state = 'active',
        version = tenancy.memberships.version + 1, updated_at = now()`
    made.audit({
      action: 'user.created',
      entity: 'user',
      entityId: user.id as Uuid,
      metadata: { role: 'platform_admin', seeded: true },
    })
    logger.info('the first platform admin was made from the environment')
  })
}
