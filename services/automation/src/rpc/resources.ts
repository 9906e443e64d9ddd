/** Rows as the service answers with them. */
import { type automationV1, idFromUuid } from '@palomar/contracts'
import type { DeliveryRow } from '../db/deliveries.ts'
import type { EndpointRow } from '../db/endpoints.ts'
import type { RuleRow } from '../db/rules.ts'
import { numberIds } from './deps.ts'

export function ruleOf(row: RuleRow): automationV1.Rule {
  return {
    ...row,
    id: idFromUuid('rule', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    numberIds: numberIds(row.numberIds),
    lastFiredAt: row.lastFiredAt ?? undefined,
    lastRefusedAt: row.lastRefusedAt ?? undefined,
  }
}

export function endpointOf(row: EndpointRow): automationV1.WebhookEndpoint {
  return {
    id: idFromUuid('webhookEndpoint', row.id),
    tenantId: idFromUuid('tenant', row.tenantId),
    url: row.url,
    format: row.format,
    description: row.description,
    eventTypes: row.eventTypes,
    state: row.state,
    reason: row.reason,
    numberIds: numberIds(row.numberIds),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    version: row.version,
    pending: BigInt(row.pending),
    lastSuccessAt: row.lastSuccessAt ?? undefined,
    lastFailureAt: row.lastFailureAt ?? undefined,
  }
}

export function deliveryOf(row: DeliveryRow): automationV1.WebhookDelivery {
  return {
    id: idFromUuid('webhookDelivery', row.id),
    endpointId: idFromUuid('webhookEndpoint', row.endpointId),
    eventType: row.eventType,
    state: row.state,
    tries: row.tries,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    lastDurationMs: row.lastDurationMs,
    createdAt: row.createdAt,
    nextTryAt: row.state === 'pending' ? row.dueAt : undefined,
    deliveredAt: row.deliveredAt ?? undefined,
    messageId: row.messageId ? idFromUuid('message', row.messageId) : '',
  }
}
