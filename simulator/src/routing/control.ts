import { z } from 'zod'
import { action, place } from '../control/action.ts'
import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { type Responder, type RoutingPlan, responders } from './responder.ts'

export interface ThreadChange {
  phoneNumberId: string
  waId: string
  do: 'pass' | 'take' | 'release'
  /** Who does it; whom a pass is to. */
  by: Responder
  to?: Responder | undefined
  metadata?: string | undefined
}

/** What the business sets up, and what the others on the number do. */
export interface RoutingControl {
  /** Undefined: everything goes to everybody again. */
  route(phoneNumberId: string, plan: RoutingPlan | undefined): void
  thread(change: ThreadChange): void
  owner(phoneNumberId: string, waId: string): Responder | undefined
  /** Another than the app answers a customer; the wamid. */
  respond(phoneNumberId: string, waId: string, by: Responder, text: string): string
}

export function routingControl(
  { routing }: Simulation,
  numberOf: (id: string) => PhoneNumber,
  personOf: (waId: string, name?: string) => Customer,
): RoutingControl {
  const routed = (id: string): PhoneNumber => {
    if (!routing.planOf(id)) throw new ControlError('that number’s conversations are not routed')
    return numberOf(id)
  }
  return {
    route: (phoneNumberId, plan) => routing.plan(numberOf(phoneNumberId), plan),
    owner: (phoneNumberId, waId) => routing.ownerOf(numberOf(phoneNumberId), personOf(waId)),
    thread({ phoneNumberId, waId, do: what, by, to, metadata }) {
      const number = routed(phoneNumberId)
      const person = personOf(waId)
      if (what === 'take') return routing.take(number, person, by, metadata)
      if (routing.ownerOf(number, person) !== by) throw new ControlError(`${by} does not own that thread`)
      if (what === 'release') return routing.release(number, person)
      if (!to || to === by) throw new ControlError('to must be another responder')
      routing.pass(number, person, to, metadata)
    },
    respond(phoneNumberId, waId, by, text) {
      const number = routed(phoneNumberId)
      const person = personOf(waId)
      const owner = routing.ownerOf(number, person)
      if (owner !== undefined && owner !== by) throw new ControlError(`${owner} owns that thread`)
      return routing.respond(number, person, by, text)
    },
  }
}

const responder = z.enum(responders)

/** `POST /control/routing`, `thread` and `respond`. */
export const routingActions = {
  routing: action(
    z.object({
      phone_number_id: z.string(),
      primary: responder.default('app'),
      escalation: responder.default('app'),
      standby: z.boolean().default(true),
      off: z.boolean().default(false),
    }),
    (control, { phone_number_id, primary, escalation, standby, off }) =>
      control.route(phone_number_id, off ? undefined : { primary, escalation, hasStandby: standby }),
  ),
  thread: action(
    z.object({
      ...place,
      do: z.enum(['pass', 'take', 'release']),
      by: responder,
      to: responder.optional(),
      metadata: z.string().max(2_000).optional(),
    }),
    (control, { phone_number_id, wa_id, ...change }) =>
      control.thread({ ...change, phoneNumberId: phone_number_id, waId: wa_id }),
  ),
  respond: action(
    z.object({ ...place, by: responder.exclude(['app']), text: z.string().min(1).max(4096) }),
    (control, { phone_number_id, wa_id, by, text }) => ({
      wamid: control.respond(phone_number_id, wa_id, by, text),
    }),
  ),
}
