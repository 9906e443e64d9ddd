import { graphError, graphJson } from '../graph/answer.ts'
import { textOf } from '../graph/params.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { keptOf } from './recordings.ts'
import type { VoiceCall } from './voice-call.ts'

/**
 * A business answers a call, refuses it or hangs up. Meta lists what is wrong (an unknown call, one that is over or taken,
 * another answer than before) without a code: 100. [?]
 */
export function act(simulation: Simulation, number: PhoneNumber, given: Record<string, unknown>): Response {
  const { calls } = simulation
  if (given.call_id === undefined) return graphError({ code: 131008, details: 'call_id is required.' })
  const call = calls.find(textOf(given.call_id))
  if (!call || call.phoneNumberId !== number.id)
    return graphError({ code: 100, details: 'call_id names no call of this number.' })
  const problem = problemWith(call, given)
  if (problem) return graphError({ code: 100, details: problem })
  switch (given.action) {
    case 'pre_accept':
      call.preAccepted = sdpOf(given)
      break
    case 'accept':
      call.echo = textOf(given.biz_opaque_callback_data) || call.echo
      call.kept = keptOf(given)
      calls.take(call)
      break
    case 'reject':
      calls.refuse(call, 'business')
      break
    default:
      calls.end(call)
  }
  return graphJson({ messaging_product: 'whatsapp', success: true })
}

function problemWith(call: VoiceCall, given: Record<string, unknown>): string | undefined {
  if (call.state === 'ended') return 'The call is over.'
  if (given.action === 'terminate') return undefined
  if (call.direction !== 'USER_INITIATED')
    return `A call of the business cannot be answered: ${given.action}.`
  if (call.state !== 'ringing') return 'The call has been accepted already.'
  const isOther = call.preAccepted !== undefined && call.preAccepted !== sdpOf(given)
  if (given.action === 'accept' && isOther)
    return 'The SDP answer does not match the one that the call was pre-accepted with.'
  return undefined
}

const sdpOf = (given: Record<string, unknown>): string => textOf((given.session as { sdp?: unknown }).sdp)
