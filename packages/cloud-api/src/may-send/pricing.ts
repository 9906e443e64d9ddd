import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** What Meta charges, and since when. `pages.pricing` */

/** Since then each delivered template is charged, before it was conversations. [doc] */
const perMessageSince = Date.UTC(2025, 6, 1)
/** Since then service messages and utility templates inside the window are charged too. [code: dated notes on Meta's page] */
const serviceChargedSince = Date.UTC(2026, 9, 1)
/** Service messages of a number that are free each month, of people and groups together. */
export const freeServiceMessagesPerMonth = 1_000

export interface PricedSend {
  /** Of the template or of Direct Send; `service` for what needs an open window. */
  category: 'marketing' | 'utility' | 'authentication' | 'service'
  at: Date
  isWindowOpen: boolean
  /** The window of an ad or a page button, in which all is free. */
  isFreeEntryPoint?: boolean
  /** How many service messages this number has sent this month. */
  serviceMessagesThisMonth?: number
}

export interface Charge {
  model: 'CBP' | 'PMP'
  /** Meta's `pricing.type`. */
  type: 'regular' | 'free_customer_service' | 'free_entry_point'
  isCharged: boolean
}

/** What the `pricing` of a delivered message is going to say. Failed messages cost nothing. */
export function chargeOf({
  category,
  at,
  isWindowOpen,
  isFreeEntryPoint = false,
  serviceMessagesThisMonth = 0,
}: PricedSend): Charge {
  const time = at.getTime()
  const model = time < perMessageSince ? 'CBP' : 'PMP'
  const free = (type: Charge['type']): Charge => ({ model, type, isCharged: false })
  if (isFreeEntryPoint) return free('free_entry_point')
  const regular: Charge = { model, type: 'regular', isCharged: true }
  if (time < serviceChargedSince) {
    const isFree = category === 'service' || (category === 'utility' && isWindowOpen && model === 'PMP')
    return isFree ? free('free_customer_service') : regular
  }
  const isInQuota = category === 'service' && serviceMessagesThisMonth < freeServiceMessagesPerMonth
  return isInQuota ? free('free_customer_service') : regular
}

/** The country whose rates apply, ISO 3166: of the phone's calling code, else of the business-scoped id. */
export function marketOf({ phone, bsuid }: { phone?: string; bsuid?: string }): string | undefined {
  const digits = phone?.replace(/\D/g, '') ?? ''
  const country = digits === '' ? undefined : parsePhoneNumberFromString(`+${digits}`)?.country
  return country ?? /^([A-Z]{2})\./.exec(bsuid ?? '')?.[1]
}
