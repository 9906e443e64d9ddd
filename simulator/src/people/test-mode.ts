import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { waIdOf } from '../world/wa-id.ts'

export const testRecipientsMax = 5

/**
 * A test number sends to the recipients that its app lists alone, and takes a phone only as it is listed there: in
 * Argentina `54 11 15…`, though webhooks then say `549…`. Source: issue threads of chatwoot.
 */
export function testModeProblem(
  { world }: Simulation,
  number: PhoneNumber,
  to: string | number | undefined,
  person: Customer,
): Response | undefined {
  const listed = world.people.testRecipients.get(number.id)
  if (!listed) return undefined
  const isListed =
    to === undefined
      ? listed.some((each) => waIdOf(each) === person.waId)
      : listed.includes(String(to).replace(/\D/g, ''))
  if (isListed) return undefined
  return graphError({ code: 131030, details: 'Recipient phone number not in allowed list' })
}
