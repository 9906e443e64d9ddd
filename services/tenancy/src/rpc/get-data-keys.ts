import { idFromUuid, type tenancyV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { sealedKeysByIds } from '../db/tenants.ts'
import type { Deps } from '../deps.ts'
import { Checks } from '../domain/checks.ts'
import { uuidNamed } from './target.ts'

type H = Handler<tenancyV1.GetDataKeysRequest, tenancyV1.GetDataKeysResponse>

/** A batch of another service names at most as many tenants as it has rows. */
const tenantsMax = 500

/** Services only. A tenant without a key (deleted, or never there) is missing from the answer. */
export const getDataKeys =
  ({ db, vault }: Deps): H =>
  async ({ tenantIds }) => {
    new Checks()
      .that(tenantIds.length <= tenantsMax, 'tenant_ids', 'too_many', `At most ${tenantsMax} at once.`)
      .done()
    const uuids = [...new Set(tenantIds)].map((id) => uuidNamed('tenant', id))
    const keys: Record<string, Buffer> = {}
    for (const row of await sealedKeysByIds(db, uuids)) {
      keys[idFromUuid('tenant', row.tenantId)] = Buffer.from(vault.openTenantKey(row.tenantId, row.sealedKey))
    }
    return { keys }
  }
