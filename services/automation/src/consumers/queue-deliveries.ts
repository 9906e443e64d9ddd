import { uuidOfFact } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import { insertDeliveries, type NewDelivery } from '../db/deliveries.ts'
import type { Listener } from '../db/endpoints.ts'
import type { FactItem } from './fact.ts'

/** Queues each fact for the endpoints that want it; how many there were. */
export async function queueDeliveries(
  tx: Tx,
  facts: readonly FactItem[],
  endpoints: readonly Listener[],
  now: Date,
): Promise<number> {
  const deliveries = [...facts].sort(inOrder).flatMap((fact) => deliveriesOf(fact, endpoints))
  if (deliveries.length > 0) await insertDeliveries(tx, deliveries, now)
  return deliveries.length
}

/** The order in which they are sent: a message's versions in theirs, whatever their times say, and the rest by time. */
function inOrder(a: FactItem, b: FactItem): number {
  if (a.version !== b.version) return a.version < b.version ? -1 : 1
  return a.at.getTime() - b.at.getTime()
}

function deliveriesOf(fact: FactItem, endpoints: readonly Listener[]): NewDelivery[] {
  const listening = endpoints.filter((endpoint) => wants(endpoint, fact))
  if (listening.length === 0) return []
  const body = fact.body()
  return listening.map((endpoint) => ({
    tenantId: fact.tenantId,
    // Of the fact and the endpoint: the id that the endpoint sees is the same whoever queues it.
    id: uuidOfFact('webhook_delivery', endpoint.id, fact.eventType, ...fact.fact),
    endpointId: endpoint.id,
    eventType: fact.eventType,
    messageId: fact.messageId,
    body,
  }))
}

function wants({ tenantId, format, eventTypes, numberIds }: Listener, fact: FactItem): boolean {
  return (
    tenantId === fact.tenantId &&
    format === 'palomar' &&
    (eventTypes.length === 0 || eventTypes.includes(fact.eventType)) &&
    (numberIds.length === 0 || numberIds.includes(fact.numberId))
  )
}
