import type { Handler } from '@palomar/bus'
import type { tenancyEventsV1 } from '@palomar/contracts'
import { foldNumbers, type NumberCopy } from '../db/numbers.ts'
import { insertStates, type RecentEventRow } from '../db/recent-events.ts'
import { batchHandler, type Item } from './batch.ts'
import type { ConsumerDeps } from './inbox.ts'
import { instant, uuid } from './parse.ts'

interface NumberItem extends Item {
  number: NumberCopy
  event: RecentEventRow
}

/** TENANCY: numbers by version, and their changes of state. */
export function tenancyHandler({ db, ...observer }: ConsumerDeps): Handler<tenancyEventsV1.Event> {
  return batchHandler<tenancyEventsV1.Event, NumberItem>({
    consumer: 'tenancy',
    db,
    ...observer,
    parse({ header, payload }) {
      if (payload?.$case !== 'numberChanged') return undefined
      const { value } = payload
      const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
      const numberId = uuid('number', value.numberId, 'number_id')
      const { version, state, displayPhoneNumber, verifiedName } = value
      return {
        tenantId,
        key: `${tenantId}/${numberId}`,
        number: { tenantId, id: numberId, version, state, displayPhoneNumber, verifiedName },
        event: {
          tenantId,
          id: uuid('event', header?.id, 'id'),
          at: instant(header?.time, 'time'),
          kind: 'number_changed',
          numberId,
          messageId: null,
          conversationId: null,
          subject: value.numberId,
          version,
          state,
          detail: { state, display_phone_number: displayPhoneNumber, verified_name: verifiedName },
        },
      }
    },
    async write(tx, items) {
      await foldNumbers(
        tx,
        items.map((item) => item.number),
      )
      await insertStates(
        tx,
        items.map((item) => item.event),
      )
    },
  })
}
