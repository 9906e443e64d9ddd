import type { Handler } from '@palomar/bus'
import type { automationEventsV1 } from '@palomar/contracts'
import { endpointFailing, type News } from '../domain/notification.ts'
import { notify } from '../notify.ts'
import { batchHandler, type Item } from './batch.ts'
import type { ConsumerDeps } from './ingest.ts'
import { instant, uuid } from './parse.ts'

/** AUTOMATION: an endpoint that was switched off because it failed. What people switch themselves is no news to them. */
export function automationHandler({ db, clock, ...told }: ConsumerDeps): Handler<automationEventsV1.Event> {
  return batchHandler<automationEventsV1.Event, Item & { news: News }>({
    db,
    ...told,
    parse({ header, payload }) {
      if (payload?.$case !== 'webhookEndpointChanged' || payload.value.state !== 'failing') return undefined
      const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
      const id = uuid('webhookEndpoint', payload.value.endpointId, 'endpoint_id')
      const { version, reason } = payload.value
      const news = endpointFailing({ tenantId, id, version, reason, at: instant(header?.time, 'time') })
      return { tenantId, key: `${tenantId}/${id}`, news }
    },
    write: (tx, items, facts) =>
      notify(
        tx,
        items.map((item) => item.news),
        facts,
        new Date(clock.now()),
      ),
  })
}
