import type { Value } from '../delivery/values.ts'
import type { PhoneNumber } from '../world/types.ts'
import { digitsOf } from './values.ts'

/** Source: Meta, "account_update webhook reference"; webhooks sheet, 5.2. */
export const connectionValue = (
  number: PhoneNumber,
  event: 'ACCOUNT_OFFBOARDED' | 'ACCOUNT_RECONNECTED',
): Value => ({
  event,
  phone_number: digitsOf(number),
})

export const disconnectionReasons = [
  'ACCOUNT_DISCONNECTED',
  'BUSINESS_DOWNGRADE',
  'CHANGE_NUMBER',
  'COMPANION_INACTIVITY',
  'PRIMARY_INACTIVITY',
  'USER_RE_REGISTERED',
] as const
export type DisconnectionReason = (typeof disconnectionReasons)[number]

export const partnerRemovedValue = (
  number: PhoneNumber,
  reason: DisconnectionReason,
  initiatedBy: 'USER' | 'SYSTEM',
): Value => ({
  event: 'PARTNER_REMOVED',
  phone_number: digitsOf(number),
  waba_info: { waba_id: number.wabaId, owner_business_id: number.businessId },
  disconnection_info: { reason, initiated_by: initiatedBy },
})
