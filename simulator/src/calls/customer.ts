import { ControlError } from '../control/control-error.ts'
import { failureOf } from '../delivery/failures.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { callingOf, isOpenAt, usesSip } from './calling.ts'
import { givePermission } from './permission-replies.ts'
import { type Session, sampleSession, type VoiceCall } from './voice-call.ts'

export interface CallingFrom {
  /** The offer of the customer's phone; one is made up when there is none. */
  sdp?: string
  /** Of the link (`biz_payload`) or the button that the customer called by. */
  deeplinkPayload?: string
  ctaPayload?: string
}

/** Why a customer cannot call a number now; undefined when nothing is in the way. */
export function whyNoCall(simulation: Simulation, number: PhoneNumber, person: Customer): string | undefined {
  const { world, calls } = simulation
  const calling = callingOf(simulation, number)
  const isForbidden = calls.restrictions.forbids(number, 'user')
  if (calling.status !== 'ENABLED' || number.standing !== 'good' || isForbidden) return 'calling_disabled'
  if (!isOpenAt(calling, simulation.now())) return 'outside_call_hours'
  if (!person.isOnWhatsApp || person.isOffline) return 'phone_off'
  if (world.stateOf(number.id).blocked.has(person.waId)) return 'blocked'
  return calls.between(number.id, person.waId) ? 'in_progress' : undefined
}

/** A customer calls a number. */
export function callNumber(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  { sdp, deeplinkPayload, ctaPayload }: CallingFrom,
): VoiceCall {
  const problem = whyNoCall(simulation, number, person)
  if (problem) throw new ControlError(`${person.name} cannot call ${number.displayPhoneNumber}: ${problem}`)
  const session: Session = sdp === undefined ? sampleSession('offer') : { sdp_type: 'offer', sdp }
  const call = simulation.calls.begin(
    number,
    person,
    {
      direction: 'USER_INITIATED',
      echo: '',
      ...(deeplinkPayload === undefined ? {} : { deeplinkPayload }),
      ...(ctaPayload === undefined ? {} : { ctaPayload }),
    },
    session,
  )
  if (callingOf(simulation, number).callback_permission_status === 'ENABLED')
    givePermission(simulation, number, person, { contextId: call.id, source: 'automatic' })
  return call
}

/** What a customer does with a call that is under way. */
export function answerCall(
  simulation: Simulation,
  call: VoiceCall,
  what: 'take' | 'refuse' | 'hang_up' | 'break_off',
  code: number,
): void {
  if (call.state === 'ended') throw new ControlError(`the call ${call.id} is over`)
  const { calls, world } = simulation
  const number = world.numbers.get(call.phoneNumberId)
  // Over SIP nobody but the simulator takes a customer's call.
  const isSip = what === 'take' && number !== undefined && usesSip(simulation, number)
  const isIncoming = (call.direction === 'BUSINESS_INITIATED' || isSip) && call.state === 'ringing'
  if ((what === 'take' || what === 'refuse') && !isIncoming)
    throw new ControlError(`the customer has no call to ${what}`)
  if (what === 'take') calls.take(call)
  else if (what === 'refuse') calls.refuse(call, 'customer')
  else calls.end(call, what === 'break_off' ? failureOf(code) : undefined)
}
