import type { Handler } from '@palomar/bus'
import type { tenancyEventsV1 } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { foldTenants, type TenantCopy } from '../db/tenants.ts'
import { batchHandler, type Item } from './batch.ts'
import { uuid } from './parse.ts'

/** TENANCY: a suspended company is answered for no more, a deleted one leaves nothing. */
export function tenancyHandler(deps: {
  db: Db
  onDead?: (reason: string) => void
}): Handler<tenancyEventsV1.Event> {
  return batchHandler<tenancyEventsV1.Event, Item & { copy: TenantCopy }>({
    ...deps,
    parse({ payload }) {
      if (payload?.$case !== 'tenantChanged') return undefined
      const { tenantId: id, version, state } = payload.value
      const tenantId = uuid('tenant', id, 'tenant_id')
      return { tenantId, key: tenantId, copy: { tenantId, version, state } }
    },
    write: (tx, items) =>
      foldTenants(
        tx,
        items.map((item) => item.copy),
      ),
  })
}
