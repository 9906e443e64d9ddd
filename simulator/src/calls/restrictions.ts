import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'

/** Source: Meta, "account_update webhook reference"; which side each forbids is in its name. */
export const restrictionTypes = [
  'RESTRICTED_BUSINESS_INITIATED_CALLING',
  'RESTRICTED_USER_INITIATED_CALLING',
  'RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING',
  'RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN',
] as const
export type RestrictionType = (typeof restrictionTypes)[number]

export interface CallRestriction {
  type: RestrictionType
  /** Unix ms. */
  expiresAt: number
}

/** Meta takes calls from a number for its low pick-up rate or bad feedback, and tells its account. */
export class CallRestrictions {
  readonly #of = new Map<string, CallRestriction>()

  constructor(readonly simulation: Simulation) {}

  of({ id }: PhoneNumber): CallRestriction | undefined {
    const own = this.#of.get(id)
    return own && own.expiresAt > this.simulation.now() ? own : undefined
  }

  forbids(number: PhoneNumber, side: 'business' | 'user'): boolean {
    const { type = '' } = this.of(number) ?? {}
    if (type === 'RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN') return false
    return type.includes('_AND_') || type.startsWith(`RESTRICTED_${side.toUpperCase()}`)
  }

  hidesButton(number: PhoneNumber): boolean {
    return this.of(number)?.type.includes('USER_INITIATED') ?? false
  }

  restrict(number: PhoneNumber, type: RestrictionType, forMs: number): void {
    const { simulation } = this
    const now = simulation.now()
    this.#of.set(number.id, { type, expiresAt: now + forMs })
    const value = {
      event: 'ACCOUNT_RESTRICTION',
      // Since October 2026, on events that are about one number.
      phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
      restriction_info: [{ restriction_type: type, expiration: Math.floor((now + forMs) / 1000) }],
    }
    simulation.emit(number, value, 'account_update', Math.floor(now / 1000))
  }

  /** In `calling` of the number's settings. */
  shownOf(number: PhoneNumber): Record<string, unknown> {
    const own = this.of(number)
    if (!own) return {}
    const reason = 'Calling has been temporarily disabled for this phone number: feedback of users.'
    const expiration = Math.floor(own.expiresAt / 1000)
    return { restrictions: { restrictions_list: [{ type: own.type, reason, expiration }] } }
  }
}
