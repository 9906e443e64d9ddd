import type { Handler } from '@palomar/bus'
import type { tenancyEventsV1 } from '@palomar/contracts'
import type { Db } from '@palomar/db'
import { deleteFilesOf } from '../db/files.ts'
import { foldNumbers, type NumberCopy } from '../db/numbers.ts'
import { batchHandler, type Item, uuidIn } from './batch.ts'

/** TENANCY: numbers, by version; a deleted company's files go. */
export function tenancyHandler({ db, onDead }: { db: Db; onDead(): void }): Handler<tenancyEventsV1.Event> {
  return batchHandler<tenancyEventsV1.Event, Item & { number?: NumberCopy }>({
    db,
    onDead,
    parse({ header, payload }) {
      if (payload?.$case === 'tenantChanged') {
        if (payload.value.state !== 'deleted') return undefined
        const tenantId = uuidIn('tenant', payload.value.tenantId, 'tenant_id')
        return { tenantId, key: tenantId }
      }
      if (payload?.$case !== 'numberChanged') return undefined
      const { numberId, version, phoneNumberId, graphVersion, tokenVersion, state } = payload.value
      const tenantId = uuidIn('tenant', header?.tenantId, 'tenant_id')
      const id = uuidIn('number', numberId, 'number_id')
      const number = { tenantId, id, version, phoneNumberId, graphVersion, tokenVersion, state }
      return { tenantId, key: `${tenantId}/${id}`, number }
    },
    async write(tx, items) {
      const numbers = items.flatMap(({ number }) => (number ? [number] : []))
      if (numbers.length > 0) await foldNumbers(tx, numbers)
      for (const { tenantId, number } of items) if (!number) await deleteFilesOf(tx, tenantId)
    },
  })
}
