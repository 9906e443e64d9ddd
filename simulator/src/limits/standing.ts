import type { GraphFailure } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { Account } from '../world/accounts.ts'
import type { PhoneNumber } from '../world/types.ts'

/** Why a number may send nothing at all; undefined when it may. */
export function standingRefusal({ world }: Simulation, number: PhoneNumber): GraphFailure | undefined {
  if (number.standing === 'unregistered')
    return { code: 133010, details: 'The phone number is not registered on the Cloud API.' }
  const account = world.accounts.find(number.wabaId)
  if (number.standing === 'locked' || account?.isBanned)
    return { code: 131031, details: 'Business account has been locked for a violation of policy.' }
  if (number.isInMaintenance)
    return { code: 131057, details: 'Business account is in maintenance mode.', isTransient: true }
  return undefined
}

/** What a restriction of the account keeps from being sent; undefined when it may be. `body` is as it came in. */
export function restrictionRefusal(
  { world, now }: { world: Simulation['world']; now: number },
  number: PhoneNumber,
  body: unknown,
): GraphFailure | undefined {
  const account = world.accounts.find(number.wabaId)
  if (!account?.restrictions?.size || typeof body !== 'object' || body === null) return undefined
  const { type, template } = body as {
    type?: unknown
    template?: { name?: unknown; language?: { code?: unknown } }
  }
  const isTemplate = type === 'template'
  const kind = isTemplate ? 'RESTRICTED_BIZ_INITIATED_MESSAGING' : 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING'
  if (isRestricted(account, kind, now))
    return { code: 368, details: 'Temporarily blocked for policies violations.' }
  if (!isTemplate || !isRestricted(account, 'RESTRICTED_UTILITY_TEMPLATES', now)) return undefined
  const known = world.template(number.wabaId, String(template?.name), String(template?.language?.code))
  return known?.category === 'UTILITY'
    ? { code: 131064, details: 'Utility templates of this account are restricted.' }
    : undefined
}

function isRestricted({ restrictions }: Account, kind: string, now: number): boolean {
  return (restrictions?.get(kind) ?? 0) > now
}
