import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'

/** DELETE /{phone-number-id}/contact_book?bsuid=: the portfolio forgets whose number that was. */
export function forgetContact({ simulation, id, url }: Call): Response {
  const { world } = simulation
  const number = world.numbers.get(id)
  const bsuid = url.searchParams.get('bsuid') ?? ''
  const person = number && world.customerByUserId(bsuid, number.businessId)
  if (!number || !person)
    return graphError({ code: 100, details: 'The parameter bsuid names nobody this business knows.' })
  world.people.acquaintances.strike(number.businessId, person)
  return graphJson({ success: true })
}
