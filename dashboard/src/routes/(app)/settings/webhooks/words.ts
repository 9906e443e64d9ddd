import type { WebhookDelivery, WebhookEndpoint } from '#lib/api-types.ts'
import { m } from '#lib/paraglide/messages.js'

const states: Record<WebhookEndpoint['state'], () => string> = {
  enabled: m.webhook_state_enabled,
  disabled: m.webhook_state_disabled,
  failing: m.webhook_state_failing,
}
export const stateWord = (state: WebhookEndpoint['state']): string => states[state]()

const reasons: Record<string, () => string> = {
  gone: m.webhook_reason_gone,
  failing: m.webhook_reason_failing,
}
export const reasonWord = (reason: string | null): string => (reason ? (reasons[reason]?.() ?? reason) : '')

const events: Record<string, () => string> = {
  'message.received': m.webhook_event_received,
  'message.status': m.webhook_event_status,
  ping: m.webhook_event_ping,
}
export const eventKinds = ['message.received', 'message.status']
export const eventWord = (type: string): string => events[type]?.() ?? type

const deliveryStates: Record<WebhookDelivery['state'], () => string> = {
  pending: m.delivery_pending,
  delivered: m.delivery_delivered,
  failed: m.delivery_failed,
}
export const deliveryWord = (state: WebhookDelivery['state']): string => deliveryStates[state]()

const failures: Record<string, (of: { status: number }) => string> = {
  answered: m.delivery_answered,
  redirected: m.delivery_redirected,
  timed_out: () => m.delivery_timed_out(),
  name_unresolved: () => m.delivery_name_unresolved(),
  address_refused: () => m.delivery_address_refused(),
  connection_failed: () => m.delivery_connection_failed(),
  tls_failed: () => m.delivery_tls_failed(),
  url_refused: () => m.delivery_url_refused(),
}

/** What came of the last try; empty before the first. */
export function resultWord({ last_status, last_error }: WebhookDelivery): string {
  const status = last_status ?? 0
  if (last_error) return failures[last_error]?.({ status }) ?? last_error
  return status ? m.delivery_answered({ status }) : ''
}
