import type { Answer, Delivered } from '@palomar/bus'
import type { tenancyEventsV1 } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'
import type { DataKeys } from '../data-keys.ts'
import type { RouteKey } from '../domain/route.ts'
import type { Replayer } from '../replay.ts'
import type { Routes } from '../routes.ts'

type Event = tenancyEventsV1.Event

/** What a change at tenancy makes of what is remembered here. Every replica hears it. */
export function dropStale(event: Event, { routes, dataKeys }: { routes: Routes; dataKeys: DataKeys }): void {
  const { payload } = event
  if (payload?.$case === 'numberChanged') {
    routes.dropNumber(payload.value.phoneNumberId, payload.value.wabaId)
  } else if (payload?.$case === 'tenantChanged') {
    routes.dropTenant(payload.value.tenantId)
    dataKeys.drop(payload.value.tenantId)
  }
}

/**
 * A number that was added, or given another app, gets what waited for it. One replica does it per event; it comes
 * again until it succeeded. Numbers are asked for, not believed: the event may be old.
 */
export function createTenancyHandler(deps: {
  routes: Routes
  dataKeys: DataKeys
  replayer: Replayer
  logger: Logger
}) {
  const { routes, replayer, logger } = deps
  return async function handle(events: Delivered<Event>[]): Promise<Answer[]> {
    for (const { event } of events) {
      dropStale(event, deps)
      if (event.payload?.$case !== 'numberChanged') continue
      const { phoneNumberId, wabaId, numberId } = event.payload.value
      const keys: RouteKey[] = [{ phoneNumberId, wabaId }]
      if (wabaId !== '') keys.push({ phoneNumberId: '', wabaId })
      for (const key of keys) {
        const route = await routes.fresh(key)
        if (!route) continue
        const { changes, events: published } = await replayer.waiting(key, route)
        if (changes > 0)
          logger.info('what waited for a number was replayed', {
            number_id: numberId,
            changes,
            events: published,
          })
      }
    }
    return events.map(() => 'ok')
  }
}
