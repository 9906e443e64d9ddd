import { graphError, graphJson, unknownObject } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf, textOf } from './params.ts'

/** Source: Meta, "Registration": ten in 72 hours, deregistrations among them. */
const registrationsMax = 10
const registrationsWithinMs = 72 * 3_600_000

const isPin = (value: unknown): value is string => typeof value === 'string' && /^\d{6}$/.test(value)

/** POST /{phone-number-id}/register */
export async function register(call: Call): Promise<Response> {
  const { messaging_product, pin } = await paramsOf(call)
  const { world } = call.simulation
  const number = world.numbers.get(call.id)
  if (!number) return unknownObject(call.id)
  const state = world.stateOf(call.id)
  if (messaging_product !== 'whatsapp' || !isPin(pin))
    return graphError({ code: 100, details: 'messaging_product and a pin of six digits are required' })
  if (!state.isVerified)
    return graphError({ code: 133006, details: 'Phone number needs to be verified before registering.' })
  if (state.pin !== undefined && state.pin !== pin)
    return graphError({ code: 133005, details: 'Two step verification PIN mismatch.' })
  const refusal = countRegistration(call)
  if (refusal) return refusal
  state.pin = pin
  if (number.standing === 'unregistered') number.standing = 'good'
  return graphJson({ success: true })
}

/** POST /{phone-number-id}/deregister */
export function deregister(call: Call): Response {
  const number = call.simulation.world.numbers.get(call.id)
  if (!number) return unknownObject(call.id)
  if (number.standing === 'unregistered')
    return graphError({ code: 100, subcode: 2207051, details: 'The phone number is not registered.' })
  if (call.simulation.coexistence.isOnApp(call.id))
    return graphError({ code: 100, details: 'The number is in use on the WhatsApp Business app.' })
  const refusal = countRegistration(call)
  if (refusal) return refusal
  number.standing = 'unregistered'
  return graphJson({ success: true })
}

function countRegistration({ simulation, id }: Call): Response | undefined {
  const state = simulation.world.stateOf(id)
  const now = simulation.now()
  state.registrations = state.registrations.filter((at) => now - at < registrationsWithinMs)
  if (state.registrations.length >= registrationsMax)
    return graphError({
      code: 133016,
      details: 'Too many registrations and deregistrations of this number within 72 hours.',
    })
  state.registrations.push(now)
  return undefined
}

/** POST /{phone-number-id}/request_code; the code is on the control API, where an SMS would be. */
export async function requestCode(call: Call): Promise<Response> {
  const { code_method, language } = await paramsOf(call)
  if (!['SMS', 'VOICE'].includes(textOf(code_method)) || textOf(language) === '')
    return graphError({ code: 136024, details: 'code_method (SMS or VOICE) and language are required' })
  const { simulation, id } = call
  simulation.world.stateOf(id).verificationCode = String(
    100_000 + Math.floor(simulation.faults.random() * 900_000),
  )
  return graphJson({ success: true })
}

/** POST /{phone-number-id}/verify_code */
export async function verifyCode(call: Call): Promise<Response> {
  const { code } = await paramsOf(call)
  const state = call.simulation.world.stateOf(call.id)
  if (state.verificationCode === undefined || String(code).replace('-', '') !== state.verificationCode)
    return graphError({ code: 136025, details: 'The code is wrong or has expired.' })
  delete state.verificationCode
  state.isVerified = true
  return graphJson({ success: true, id: call.id })
}
