import type { Handler } from '@palomar/bus'
import type { tenancyEventsV1 } from '@palomar/contracts'
import { foldNumbers, type NumberCopy } from '../db/numbers.ts'
import { batchHandler, type Item } from './batch.ts'
import type { ConsumerDeps } from './ingest.ts'
import { uuid } from './parse.ts'

/** TENANCY: numbers, by version. */
export function tenancyHandler({ db, onDead }: ConsumerDeps): Handler<tenancyEventsV1.Event> {
  return batchHandler<tenancyEventsV1.Event, Item & { number: NumberCopy }>({
    db,
    ...(onDead && { onDead }),
    parse({ header, payload }) {
      if (payload?.$case !== 'numberChanged') return undefined
      const { numberId, version, phoneNumberId, portfolioId, state } = payload.value
      const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
      const id = uuid('number', numberId, 'number_id')
      const number = { tenantId, id, version, phoneNumberId, portfolioId, state }
      return { tenantId, key: `${tenantId}/${id}`, number }
    },
    write: (tx, items) =>
      foldNumbers(
        tx,
        items.map((item) => item.number),
      ),
  })
}
