import { graphError, graphJson } from '../graph/answer.ts'
import { textOf } from '../graph/params.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { calleeOf } from './callee.ts'
import { keptOf } from './recordings.ts'

const minuteMs = 60_000

/** A business calls a user: whether it may is asked in the order of what it can least change. */
export function connect(
  simulation: Simulation,
  number: PhoneNumber,
  given: Record<string, unknown>,
): Response {
  const { calls, settings, world } = simulation
  const now = simulation.now()
  if (given.to === undefined && given.recipient === undefined)
    return graphError({ code: 131008, details: 'to or recipient is required.' })
  const person = calleeOf(simulation, number, given.to, given.recipient)
  if (!person) return graphError({ code: 100, details: 'to or recipient names nobody that can be called.' })
  if (calls.restrictions.forbids(number, 'business'))
    return graphError({
      code: settings.callRestrictionCode,
      details: 'Calls from this number are restricted for a while.',
    })
  if (world.stateOf(number.id).blocked.has(person.waId))
    return graphError({ code: 130403, details: 'You have blocked this user.' })
  if (!person.isOnWhatsApp || person.blocks)
    return graphError({ code: 138001, details: 'The user cannot be called.' })
  if (calls.between(number.id, person.waId))
    return graphError({ code: 138003, details: 'A call with this user is in progress.' })
  if (settings.rates) {
    if (calls.countOf(number.id) >= settings.callsAtOnceMax)
      return graphError({
        code: 138002,
        details: `${settings.callsAtOnceMax} calls are under way from this number.`,
      })
    const begun = calls.begun.within(number.id, minuteMs, now).length
    if (settings.callsPerMinuteMax > 0 && begun >= settings.callsPerMinuteMax)
      return graphError({ code: 138005, details: 'Too many calls were initiated from this number.' })
  }
  if (calls.permissions.of(number.id, person.waId, now).status === 'no_permission')
    return graphError({ code: 138006, details: 'No approved call permission from the recipient.' })
  const { freeAt } = calls.permissions.connectedIn(number.id, person.waId, now)
  if (settings.rates && freeAt !== undefined)
    return graphError({
      code: 138012,
      details: `${settings.callsPerPairMax} calls were connected in 24 hours. The next call is allowed at ${Math.floor(freeAt / 1000)}.`,
    })
  calls.begun.add(number.id, now)
  const how = {
    direction: 'BUSINESS_INITIATED',
    echo: textOf(given.biz_opaque_callback_data),
    kept: keptOf(given),
  } as const
  const { id } = calls.begin(number, person, how, calls.answer())
  // `success` is on no page of Meta's; pywa (`types/sent_update.py`) fails without it.
  return graphJson({ messaging_product: 'whatsapp', calls: [{ id }], success: true })
}
