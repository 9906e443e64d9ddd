/**
 * What tenancy says that makes something we remember untrue. Best effort, and a second way beside LIVE's own
 * revocation frames: what is lost on both ends with the 30 s of the caches.
 */
import type { Bus } from '@palomar/bus'
import { areas, type tenancyEventsV1 } from '@palomar/contracts'
import type { Clock } from '@palomar/runtime'
import type { Exchange } from './auth/exchange.ts'
import type { Live } from './live/live.ts'
import type { NumberResolver } from './resolve-number.ts'

export interface TenancyListeners {
  bus: Pick<Bus, 'tap'>
  exchange: Pick<Exchange, 'dropSubject' | 'dropTenant'>
  resolver: Pick<NumberResolver, 'drop'>
  live: Pick<Live, 'revoke'>
  clock: Clock
}

export function followTenancy({ bus, exchange, resolver, live, clock }: TenancyListeners): () => void {
  function take({ header, payload }: tenancyEventsV1.Event): void {
    const atMs = (header?.time ?? new Date(clock.now())).getTime()
    switch (payload?.$case) {
      case 'credentialRevoked':
        exchange.dropSubject(payload.value.subjectId)
        live.revoke(payload.value.subjectId, atMs)
        break
      case 'tenantChanged':
        exchange.dropTenant(payload.value.tenantId)
        if (payload.value.state !== 'active') live.revoke(payload.value.tenantId, atMs)
        break
      case 'numberChanged':
        resolver.drop(payload.value.phoneNumberId)
        break
    }
  }
  return bus.tap(areas.tenancy, (events) => {
    for (const event of events) take(event)
  })
}
