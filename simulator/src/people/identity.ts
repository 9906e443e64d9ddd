import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { keyHashOf } from './people.ts'

/** Whether a number has its users' identities checked. Source: Meta, "Business phone numbers, identity change check". */
export function checksIdentity(world: World, phoneNumberId: string): boolean {
  const group = world.knownStateOf(phoneNumberId)?.settings.user_identity_change
  return typeof group === 'object' && group !== null && isOn(group)
}

/** True as JSON has it, and as a form has it. */
const isOn = (group: { enable_identity_key_check?: unknown }): boolean =>
  group.enable_identity_key_check === true || group.enable_identity_key_check === 'true'

/** A send for one identity goes to no other; without the check the hash says nothing. */
export function identityProblem(
  { world }: Simulation,
  number: PhoneNumber,
  person: Customer,
  hash: string | undefined,
): Response | undefined {
  if (hash === undefined || !checksIdentity(world, number.id) || hash === keyHashOf(person)) return undefined
  return graphError({
    code: 137000,
    details: 'The user’s identity key hash does not match recipient_identity_key_hash.',
  })
}
