import type { Value } from '../delivery/values.ts'
import type { Flow, FlowStatus } from './flow.ts'

/** What monitoring tells; a rate is a share from 0 to 1, a latency in milliseconds, an availability in percent. */
export interface FlowAlert {
  event: 'CLIENT_ERROR_RATE' | 'ENDPOINT_ERROR_RATE' | 'ENDPOINT_LATENCY' | 'ENDPOINT_AVAILABILITY'
  alert_state: 'ACTIVATED' | 'DEACTIVATED'
  threshold?: number
  error_rate?: number
  requests_count?: number
  p50_latency?: number
  p90_latency?: number
  availability?: number
  errors?: { error_type: string; error_rate: number; error_count: number }[]
}

/** Source: Meta, "Flows webhooks"; webhooks sheet, 5.6. */
export const flowStatusValue = ({ id, name, status }: Flow, before: FlowStatus): Value => ({
  event: 'FLOW_STATUS_CHANGE',
  message: `Flow ${name} changed status from ${before} to ${status}`,
  flow_id: id,
  old_status: before,
  new_status: status,
})

export const flowAlertValue = ({ id, name }: Flow, alert: FlowAlert): Value => ({
  ...alert,
  message: `Flow ${name}: ${alert.event} ${alert.alert_state.toLowerCase()}`,
  flow_id: id,
})
