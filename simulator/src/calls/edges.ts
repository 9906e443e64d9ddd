import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf } from '../graph/params.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { act } from './act.ts'
import { calleeOf } from './callee.ts'
import { takesCalls, usesSip } from './calling.ts'
import { connect } from './connect.ts'

const actions: readonly unknown[] = ['connect', 'pre_accept', 'accept', 'reject', 'terminate']
const echoMax = 512

/** POST /{phone-number-id}/calls. Source: Meta, "Business-initiated calls", "User-initiated calls". */
async function calls(call: Call): Promise<Response> {
  const { simulation, id } = call
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  const given = await paramsOf(call)
  const refusal = standing(simulation, number) ?? shape(given) ?? overSip(simulation, number)
  if (refusal) return refusal
  return given.action === 'connect' ? connect(simulation, number, given) : act(simulation, number, given)
}

/** GET /{phone-number-id}/call_permissions?user_wa_id= or ?recipient=. Source: Meta, "Obtain user call permissions". */
function callPermissions({ simulation, id, url }: Call): Response {
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  const { settings, calls } = simulation
  const now = simulation.now()
  if (settings.rates) {
    const looked = calls.lookups.within(id, 1_000, now).length
    if (looked >= settings.callLookupsPerSecondMax)
      return graphError({ code: 613, details: 'Too many requests about call permissions in a second.' })
    calls.lookups.add(id, now)
  }
  const refusal = standing(simulation, number)
  if (refusal) return refusal
  const asked = Object.fromEntries(url.searchParams)
  const person = calleeOf(simulation, number, asked.user_wa_id, asked.recipient)
  if (!person)
    return graphError({ code: 100, details: 'user_wa_id or recipient must name a user on WhatsApp.' })
  const { permissions } = calls
  const isCallable = person.isOnWhatsApp && !person.blocks
  const permission = isCallable
    ? permissions.of(number.id, person.waId, now)
    : { status: 'no_permission' as const }
  const requests = permissions.requestsIn(number.id, person.waId, now)
  const connected = permissions.connectedIn(number.id, person.waId, now)
  const limit = (time_period: string, max_allowed: number, current_usage: number) => ({
    time_period,
    max_allowed,
    current_usage,
  })
  return graphJson({
    messaging_product: 'whatsapp',
    permission: {
      status: permission.status,
      ...(permission.expiresAt === undefined
        ? {}
        : { expiration_time: Math.floor(permission.expiresAt / 1000) }),
    },
    actions: [
      {
        action_name: 'send_call_permission_request',
        can_perform_action: permissions.mayRequest(number.id, person.waId, now),
        limits: [
          limit('PT24H', settings.callRequestsPerDayMax, requests.day),
          limit('P7D', settings.callRequestsPerWeekMax, requests.week),
        ],
      },
      {
        action_name: 'start_call',
        can_perform_action: permission.status !== 'no_permission' && connected.freeAt === undefined,
        limits: [
          {
            ...limit('PT24H', settings.callsPerPairMax, connected.count),
            ...(connected.freeAt === undefined
              ? {}
              : { limit_expiration_time: Math.floor(connected.freeAt / 1000) }),
          },
        ],
      },
    ],
  })
}

export const callEdges = { 'POST calls': calls, 'GET call_permissions': callPermissions }

function standing(simulation: Simulation, number: PhoneNumber): Response | undefined {
  if (number.standing === 'unregistered')
    return graphError({ code: 133010, details: 'The phone number is not registered on the Cloud API.' })
  if (number.standing === 'locked')
    return graphError({
      code: 131031,
      details: 'Business account has been locked for a violation of policy.',
    })
  if (number.standing === 'unpaid')
    return graphError({ code: 131044, details: 'Calls need a payment method of this account.' })
  if (!takesCalls(simulation, number))
    return graphError({ code: 138000, details: 'Calling API is not enabled for this phone number.' })
  return undefined
}

/** Meta's page says that these edges cannot be used then, and not how that is said. [?] */
const overSip = (simulation: Simulation, number: PhoneNumber): Response | undefined =>
  usesSip(simulation, number)
    ? graphError({ code: 100, details: 'Calls of this number are signalled by SIP.' })
    : undefined

function shape(given: Record<string, unknown>): Response | undefined {
  const { messaging_product, action, session, biz_opaque_callback_data: echo } = given
  if (messaging_product !== 'whatsapp')
    return graphError({ code: 100, details: 'messaging_product must be whatsapp.' })
  if (!actions.includes(action))
    return graphError({ code: 100, details: `action must be one of ${actions.join(', ')}.` })
  if (echo !== undefined && (typeof echo !== 'string' || echo.length > echoMax))
    return graphError({ code: 100, details: `biz_opaque_callback_data takes up to ${echoMax} characters.` })
  if (action === 'reject' || action === 'terminate') return undefined
  const wanted = action === 'connect' ? 'offer' : 'answer'
  const { sdp_type, sdp } = (session ?? {}) as { sdp_type?: unknown; sdp?: unknown }
  // Optional by the page of user-initiated calls, and "invalid connection info" without it: a call needs one to be heard.
  if (session === undefined) return graphError({ code: 131008, details: 'session is required.' })
  if (sdp_type !== wanted || typeof sdp !== 'string' || sdp === '')
    return graphError({ code: 100, details: `session needs an sdp_type of ${wanted} and its sdp.` })
  return undefined
}
