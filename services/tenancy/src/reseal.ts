import type { Uuid } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { everyApp, lockApp, updateApp } from './db/apps.ts'
import { findTenants } from './db/finders.ts'
import { inTenant, onPlatform } from './db/scope.ts'
import { replaceTenantKey, sealedKeysByIds } from './db/tenants.ts'
import type { Vault } from './vault.ts'

const tenantsAtOnce = 200

/**
 * After a new master key was put in front of the ring: what older ones sealed is sealed anew, while everything goes on
 * working, since all keys of the ring open. Once it has run through, the old key can leave the ring. Each row is replaced
 * only if it is still what was read, so replicas and deletions do not mind it. Dies half way: the next start goes on.
 */
export async function reseal(db: Db, vault: Vault): Promise<number> {
  let resealed = await resealApps(db, vault)
  let after: Uuid | undefined
  for (;;) {
    const ids = await findTenants(db.sql, after, tenantsAtOnce)
    for (const row of await sealedKeysByIds(db, ids)) {
      const anew = vault.resealTenantKey(row.tenantId, row.sealedKey)
      if (!anew) continue
      await inTenant(db, row.tenantId as Uuid, (scope) => replaceTenantKey(scope, row.sealedKey, anew))
      resealed++
    }
    if (ids.length < tenantsAtOnce) return resealed
    after = ids.at(-1)
  }
}

async function resealApps(db: Db, vault: Vault): Promise<number> {
  let resealed = 0
  for (const { id } of await onPlatform(db, everyApp)) {
    const done = await onPlatform(db, async (orm) => {
      const app = await lockApp(orm, id as Uuid)
      if (!app) return false
      const again = (sealed: Uint8Array | null) => (sealed ? vault.resealForApp(id, sealed) : undefined)
      const patch = {
        sealedSecret: again(app.sealedSecret),
        sealedPreviousSecret: again(app.sealedPreviousSecret),
        sealedVerifyToken: again(app.sealedVerifyToken),
      }
      const changed = Object.fromEntries(Object.entries(patch).filter(([, sealed]) => sealed !== undefined))
      if (Object.keys(changed).length === 0) return false
      await updateApp(orm, id, changed)
      return true
    })
    if (done) resealed++
  }
  return resealed
}
