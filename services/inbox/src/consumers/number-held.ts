import type { dispatcherEventsV1 } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { phonesOf } from '../db/numbers.ts'
import type { Facts } from '../domain/facts.ts'
import { numberHeld } from '../domain/notification.ts'
import { notify } from '../notify.ts'
import { instant, uuid } from './parse.ts'

export interface HeldItem {
  kind: 'held'
  tenantId: string
  key: string
  id: string
  reason: string
  errorCode: number
  eventId: string
  at: Date
}

export function parseHeld(
  { header }: dispatcherEventsV1.Event,
  { numberId, reason, errorCode }: dispatcherEventsV1.NumberHeld,
): HeldItem {
  const tenantId = uuid('tenant', header?.tenantId, 'tenant_id')
  const id = uuid('number', numberId, 'number_id')
  const eventId = header?.id ?? ''
  const at = instant(header?.time, 'time')
  return { kind: 'held', tenantId, key: `${tenantId}/${id}`, id, reason, errorCode, eventId, at }
}

/** Whoever watches over numbers is told why this one's messages wait. */
export async function tellHeld(tx: Tx, items: readonly HeldItem[], facts: Facts, now: Date): Promise<void> {
  const phones = await phonesOf(tx, items)
  const news = items.map((item) => numberHeld({ ...item, phone: phones.get(item.id) ?? '' }))
  await notify(tx, news, facts, now)
}
