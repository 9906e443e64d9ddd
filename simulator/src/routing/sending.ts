import { needsWindow, type SendMessage } from '@palomar/cloud-api'
import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import type { Responder } from './responder.ts'

/**
 * A send into a thread: refused with 131070 while another owns it, or it takes the thread. `serviceTakes` says who takes by
 * a service message: the escalation partner alone (Conversation Routing, Oct 2026), or whoever sends one (Standby webhooks,
 * Aug 2026). Templates go either way unless `refusedElsewhere` says that nothing does (docs.kapso.ai: "regular messages").
 */
export function routeSend(
  { routing, settings }: Simulation,
  number: PhoneNumber,
  person: Customer,
  message: SendMessage,
  by: Responder,
): Response | undefined {
  const plan = routing.planOf(number.id)
  if (!plan) return undefined
  const owner = routing.ownerOf(number, person)
  if (!needsWindow(message)) {
    const isRefused = settings.refusedElsewhere === 'everything' && owner !== undefined && owner !== by
    return isRefused ? ownedElsewhere() : undefined
  }
  const mayTake = settings.serviceTakes === 'anyone' || plan.escalation === by
  if (owner !== undefined && owner !== by && !mayTake) return ownedElsewhere()
  routing.take(number, person, by)
  return undefined
}

const ownedElsewhere = (): Response =>
  graphError({ code: 131070, details: 'Another app owns the conversation thread with this user.' })
