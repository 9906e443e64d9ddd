import { demo } from '../harness.ts'
import type { Graph } from '../still-world.ts'

export const { phoneNumberId, customer: waId } = demo
export const place = { phoneNumberId, waId }
export const hourMs = 3_600_000
export const offer = { sdp_type: 'offer', sdp: 'v=0\r\no=business' }
export const answer = { sdp_type: 'answer', sdp: 'v=0\r\no=business answers' }

export const act = (graph: Graph, action: string, more: Record<string, unknown> = {}) =>
  graph('POST', `${phoneNumberId}/calls`, { messaging_product: 'whatsapp', action, ...more })
export const dial = (graph: Graph, more: Record<string, unknown> = {}) =>
  act(graph, 'connect', { to: waId, session: offer, ...more })
export const callOf = (value: Record<string, unknown> | undefined) =>
  ((value?.calls as Record<string, unknown>[] | undefined) ?? [])[0]
export const idOf = ({ json }: { json: Record<string, unknown> }): string =>
  (json.calls as { id: string }[] | undefined)?.[0]?.id ?? ''
export const requestPermission = {
  type: 'interactive',
  interactive: {
    type: 'call_permission_request',
    action: { name: 'call_permission_request' },
    body: { text: '¿Podemos llamarte?' },
  },
}
