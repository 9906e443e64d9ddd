import { tokenOf } from '../graph/call.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { type Responder, responderOf } from './responder.ts'

/** Which of the responders on a number a request comes from: its token's app, the number's own unless it says another. */
export function callerOf({ world }: Simulation, request: Request, url: URL, number: PhoneNumber): Responder {
  const { appId = number.appId } = world.tokens.find(tokenOf(request, url) ?? '') ?? {}
  return responderOf(number, appId)
}
