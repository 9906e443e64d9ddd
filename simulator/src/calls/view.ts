import type { Simulation } from '../simulation.ts'
import { callingOf } from './calling.ts'
import { whyNoCall } from './customer.ts'

/** What the phone shows of calls in a chat. */
export function callView(simulation: Simulation, phoneNumberId: string, waId: string) {
  const number = simulation.world.numbers.get(phoneNumberId)
  if (!number) return { call: null, call_icon: false, no_call: 'calling_disabled' }
  const { calls } = simulation
  const call = calls.between(phoneNumberId, waId)
  const { status, call_icon_visibility } = callingOf(simulation, number)
  return {
    call: call
      ? {
          id: call.id,
          direction: call.direction,
          state: call.state,
          connected_at: call.connectedAt ?? null,
        }
      : null,
    call_icon:
      status === 'ENABLED' &&
      call_icon_visibility !== 'DISABLE_ALL' &&
      !calls.restrictions.hidesButton(number),
    /** Why the customer cannot call, in a word; empty when nothing is in the way. */
    no_call: whyNoCall(simulation, number, simulation.world.customer(waId)) ?? '',
  }
}
