import type { Outbound } from '../delivery/outbox.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer } from '../world/types.ts'
import { countryOf } from './countries.ts'

const dayMs = 86_400_000
/** Marketing that somebody took lately, outside windows; of the remembered. */
const taken = new WeakMap<Customer, number[]>()

/**
 * The code a message fails with because of whom it is for; undefined when they can be reached. Once per message: it rolls
 * dice and counts. Source: Meta, "Error codes"; which of these come as 131026 is Meta's to know.
 */
export function unreachableBy(
  { settings, faults, world }: Simulation,
  { person, category, at, shown }: Outbound,
  isWindowOpen: boolean,
): number | undefined {
  if (!person.isOnWhatsApp || person.unfit) return 131026
  if (person.blocks && settings.whenBlocked === 'failed') return 131026
  const isToIndia = person.waId.startsWith('91') && category === 'authentication'
  if (isToIndia && shown.type === 'template' && settings.authenticationToIndia === 'failed') return 131026
  if (!category.startsWith('marketing')) return undefined
  if (person.stopsMarketing) return 131050
  if (settings.usMarketing === 'failed' && person.waId.startsWith('1') && countryOf(person.waId) === 'US')
    return 131049
  if (settings.experimentShare > 0 && faults.random() < settings.experimentShare) return 130472
  if (isWindowOpen || settings.marketingPerDayMax === null || world.customers.get(person.waId) !== person)
    return undefined
  const lately = (taken.get(person) ?? []).filter((then) => at - then < dayMs)
  if (lately.length >= settings.marketingPerDayMax) return 131049
  taken.set(person, [...lately, at])
  return undefined
}
