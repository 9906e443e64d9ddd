import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'

/** Where Meta puts numbers that send a lot. */
const highThroughput = 1_000

export const nameDecisions = ['APPROVED', 'DEFERRED', 'PENDING', 'REJECTED'] as const
export const securityEvents = ['PIN_CHANGED', 'PIN_RESET_REQUEST', 'PIN_REQUEST_SUCCESS'] as const

/** A number's throughput goes up to 1,000 a second: a minute of maintenance (131057), then its account hears of it. */
export function upgradeThroughput(simulation: Simulation, number: PhoneNumber): void {
  const { settings, timers, world } = simulation
  number.isInMaintenance = true
  timers.after(settings.upgradeMs, () => {
    number.isInMaintenance = false
    number.throughput = highThroughput
    const value = {
      display_phone_number: digitsOf(number),
      event: 'THROUGHPUT_UPGRADE',
      max_daily_conversations_per_business: world.portfolios.tierOf(number.businessId),
    }
    simulation.emit(number, value, 'phone_number_quality_update', secondsOf(simulation))
  })
}

/** A display name is asked for: reviewed after a while, unless somebody decides before. */
export function requestName(simulation: Simulation, number: PhoneNumber, name: string): void {
  const { settings, timers } = simulation
  number.requestedName = name
  timers.after(settings.nameReviewMs, () => {
    if (number.requestedName === name) decideName(simulation, number, { decision: 'APPROVED' })
  })
}

/** Meta decides on the name that was asked for. Source: Meta, "phone_number_name_update webhook reference". */
export function decideName(
  simulation: Simulation,
  number: PhoneNumber,
  { decision, reason }: { decision: (typeof nameDecisions)[number]; reason?: string },
): void {
  const requested = number.requestedName ?? number.verifiedName
  if (decision === 'APPROVED') number.verifiedName = requested
  if (decision === 'APPROVED' || decision === 'REJECTED') delete number.requestedName
  const value = {
    display_phone_number: digitsOf(number),
    decision,
    requested_verified_name: requested,
    rejection_reason: decision === 'REJECTED' ? (reason ?? 'NAME_NOT_CONSISTENT') : null,
  }
  simulation.emit(number, value, 'phone_number_name_update', secondsOf(simulation))
}

/** Source: Meta, "security webhook reference". */
export function tellSecurity(
  simulation: Simulation,
  number: PhoneNumber,
  event: (typeof securityEvents)[number],
  requester?: string,
): void {
  const value = { display_phone_number: digitsOf(number), event, ...(requester ? { requester } : {}) }
  simulation.emit(number, value, 'security', secondsOf(simulation))
}

const digitsOf = ({ displayPhoneNumber }: PhoneNumber) => displayPhoneNumber.replace(/\D/g, '')
const secondsOf = (simulation: Simulation) => Math.floor(simulation.now() / 1_000)
