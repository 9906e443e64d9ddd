import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import { dialled } from '../people/dial.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { callerOf } from './caller.ts'
import type { Responder, RoutingPlan } from './responder.ts'

/** Source: partner-docs.gupshup.io, "Pass or release thread control". */
const metadataMax = 2_000
/** Of a take that is not permitted; a subcode of 100 there. */
const notPermitted = 2494191

/**
 * POST /{phone-number-id}/thread_control: the app passes a thread that it owns, releases it, or takes another's if it is
 * the escalation partner. A pass goes to Meta's agent when `control_pass.target_role` is `ai_agent`, else to the escalation
 * partner. Source: Meta, "Conversation Routing" (Oct 2026); docs.360dialog.com, "Transfer thread control".
 */
export async function threadControl(call: Call): Promise<Response> {
  const { simulation, id } = call
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  const given = await paramsOf(call)
  const plan = simulation.routing.planOf(id)
  const person = personOf(call, number, given)
  const metadata = given.metadata === undefined ? undefined : textOf(given.metadata)
  if (given.messaging_product !== 'whatsapp' || !person)
    return refused('messaging_product and to or recipient are required.')
  if ((metadata?.length ?? 0) > metadataMax) return refused(`metadata has up to ${metadataMax} characters.`)
  if (!plan) return refused('Conversation Routing is not active for this phone number.')
  const by = callerOf(simulation, call.request, call.url, number)
  const isOwner = simulation.routing.ownerOf(number, person) === by
  switch (given.action) {
    case 'take':
      if (plan.escalation !== by)
        return refused('Only the escalation partner may take a thread.', notPermitted)
      simulation.routing.take(number, person, by, metadata)
      break
    case 'pass': {
      const to = targetOf(plan, given.control_pass)
      if (!to || to === by) return refused('There is nobody to pass the thread to.')
      if (!isOwner) return refused('Only the owner of a thread may pass it.')
      simulation.routing.pass(number, person, to, metadata)
      break
    }
    case 'release':
      if (!isOwner) return refused('Only the owner of a thread may release it.')
      simulation.routing.release(number, person)
      break
    default:
      return refused('action must be pass, take or release.')
  }
  return graphJson({ messaging_product: 'whatsapp' })
}

function targetOf({ escalation }: RoutingPlan, pass: unknown): Responder | undefined {
  if (pass === undefined) return escalation
  const { target_role } = (pass ?? {}) as { target_role?: unknown }
  return target_role === 'ai_agent' ? 'ai_agent' : undefined
}

function personOf(
  { simulation: { world } }: Call,
  number: PhoneNumber,
  { to, recipient }: Record<string, unknown>,
): Customer | undefined {
  if (textOf(to) !== '') return dialled(world, number, textOf(to))
  return world.customerByUserId(textOf(recipient), number.businessId)
}

const refused = (details: string, subcode?: number): Response =>
  graphError({ code: 100, details, ...(subcode === undefined ? {} : { subcode }) })
