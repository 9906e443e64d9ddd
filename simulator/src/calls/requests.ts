import type { SendMessage } from '@palomar/cloud-api'
import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber, Template } from '../world/types.ts'
import { takesCalls } from './calling.ts'

/**
 * Messages about calls: a button to call by, and a request to be allowed to call, which may be sent only so often to one
 * user (138009). Undefined: nothing is in the way.
 */
export function refuseCallMessage(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  message: SendMessage,
  template: Template | undefined,
): Response | undefined {
  const kind = callKindOf(message, template)
  if (kind === undefined) return undefined
  if (!takesCalls(simulation, number))
    return graphError({ code: 138000, details: 'Calling API is not enabled for this phone number.' })
  if (kind === 'button') return undefined
  const { permissions } = simulation.calls
  const now = simulation.now()
  // `rates: false` is for tests that send much to one person.
  if (simulation.settings.rates && !permissions.mayRequest(number.id, person.waId, now))
    return graphError({
      code: 138009,
      details: 'The limit of call permission requests to this user is reached. A connected call resets it.',
    })
  return undefined
}

/** Accepted: a request for permission counts. */
export function countCallMessage(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  message: SendMessage,
  template: Template | undefined,
): void {
  if (callKindOf(message, template) === 'request')
    simulation.calls.permissions.requested(number.id, person.waId, simulation.now())
}

function callKindOf(message: SendMessage, template: Template | undefined): 'button' | 'request' | undefined {
  if (message.type === 'interactive') {
    const { type } = message.interactive
    return type === 'voice_call' ? 'button' : type === 'call_permission_request' ? 'request' : undefined
  }
  const words = JSON.stringify(template?.components ?? []).toUpperCase()
  if (words.includes('"CALL_PERMISSION_REQUEST"')) return 'request'
  return words.includes('"VOICE_CALL"') ? 'button' : undefined
}
