import { z } from 'zod'
import { action } from '../control/action.ts'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { askEndpoint, type FlowAnswer, type FlowQuestion } from './exchange.ts'
import { type Flow, flowStatuses } from './flow.ts'
import { screensOf } from './flow-json.ts'
import type { FlowAlert } from './values.ts'

/** What monitoring does to a Flow, and a phone with an open one. */
export interface FlowControl {
  flow(id: string, change?: { status?: Flow['status'] | undefined; alert?: FlowAlert | undefined }): Flow
  /** The endpoint's answer. */
  flowAsks(id: string, phoneNumberId: string, question: FlowQuestion): Promise<FlowAnswer>
}

export function flowControl(simulation: Simulation, numberOf: (id: string) => PhoneNumber): FlowControl {
  const { flows } = simulation
  const flowOf = (id: string): Flow => {
    const flow = flows.find(id)
    if (!flow) throw new ControlError(`no Flow has the id ${id}`)
    return flow
  }
  return {
    flow(id, { status, alert } = {}) {
      const flow = flowOf(id)
      if (alert) flows.alert(flow, alert)
      if (status) flows.setStatus(flow, status)
      return flow
    },
    flowAsks: (id, phoneNumberId, question) =>
      askEndpoint(simulation, flowOf(id), numberOf(phoneNumberId), question),
  }
}

const share = z.number().min(0).max(1)
const alert = z.object({
  event: z.enum(['CLIENT_ERROR_RATE', 'ENDPOINT_ERROR_RATE', 'ENDPOINT_LATENCY', 'ENDPOINT_AVAILABILITY']),
  alert_state: z.enum(['ACTIVATED', 'DEACTIVATED']),
  threshold: z.number().optional(),
  error_rate: share.optional(),
  requests_count: z.number().int().optional(),
  p50_latency: z.number().optional(),
  p90_latency: z.number().optional(),
  availability: z.number().optional(),
  errors: z
    .array(z.object({ error_type: z.string(), error_rate: share, error_count: z.number().int() }))
    .optional(),
})

/** `POST /control/flows`, and `exchange` for the phone. */
export const flowActions = {
  flows: action(
    z.object({ flow_id: z.string(), status: z.enum(flowStatuses).optional(), alert: alert.optional() }),
    (control, { flow_id, ...change }) =>
      viewOf(control.flow(flow_id, change as Parameters<FlowControl['flow']>[1])),
  ),
  exchange: action(
    z.object({
      flow_id: z.string(),
      phone_number_id: z.string(),
      flow_token: z.string().default('unused'),
      action: z.enum(['INIT', 'data_exchange', 'BACK', 'ping']),
      screen: z.string().optional(),
      data: z.record(z.string(), z.unknown()).optional(),
    }),
    (control, { flow_id, phone_number_id, flow_token, ...question }) =>
      control.flowAsks(flow_id, phone_number_id, { ...question, flowToken: flow_token }),
  ),
}

const viewOf = ({ json, sentAt, previewToken: _, ...flow }: Flow) => ({
  ...flow,
  sent: sentAt.length,
  screens: screensOf(json),
})

/** `GET /control/flows?waba_id=`, `flow?id=` for the phone and a preview (no screens: not known here), `flow-json?id=` for whoever downloads it. */
export function flowAnswer(
  { flows }: Simulation,
  what: 'flows' | 'flow' | 'flow-json',
  query: (name: string) => string,
): object | Response | undefined {
  if (what === 'flows') return flows.of(query('waba_id')).map(viewOf)
  const flow = flows.find(query('id'))
  // Its address is void once a newer one was asked for.
  const isOld = query('token') !== '' && query('token') !== flow?.previewToken
  if (what === 'flow') return flow && !isOld ? viewOf(flow) : { screens: [] }
  if (!flow || isOld) return undefined
  return new Response(flow.json, { headers: { 'content-type': 'application/json' } })
}
