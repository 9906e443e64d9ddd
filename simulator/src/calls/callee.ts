import { isBsuid } from '@palomar/cloud-api'
import { textOf } from '../graph/params.ts'
import { dialled } from '../people/dial.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'

/** With both, Meta takes the phone. */
export function calleeOf(
  { world }: Simulation,
  number: PhoneNumber,
  to: unknown,
  recipient: unknown,
): Customer | undefined {
  const phone = typeof to === 'number' ? String(to) : textOf(to)
  if (phone !== '') return /^\+?[\d\s().-]+$/.test(phone) ? dialled(world, number, phone) : undefined
  return isBsuid(textOf(recipient)) ? world.customerByUserId(textOf(recipient), number.businessId) : undefined
}
