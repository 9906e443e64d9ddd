import { type Exact, type ExactObject, isExactObject, mendText } from './exact.ts'

/** Whose change it is, as far as the body says: route by `phoneNumberId`, else by `wabaId`, never by the display number. */
export interface ChangeRoute {
  phoneNumberId?: string
  displayPhoneNumber?: string
  /** A WABA's id, or a portfolio's for the few fields that are about portfolios; empty when there was none. */
  wabaId: string
}

/**
 * The number and account of a change, also of a field that nobody here knows yet. Handovers name the number as recipient,
 * account settings beside the settings, account fields at the top; events of partners have a portfolio as entry and
 * the WABA inside.
 */
export function routeOf(value: Exact | undefined, entryId: string): ChangeRoute {
  if (!isExactObject(value)) return { wabaId: entryId }
  const { metadata, recipient, phone_number_settings: settings, waba_info: waba } = value
  const places = [metadata, recipient, settings, value].filter(isExactObject)
  const route: ChangeRoute = { wabaId: (isExactObject(waba) && idIn(waba, 'waba_id')) || entryId }
  const phoneNumberId = firstIn(places, 'phone_number_id')
  if (phoneNumberId !== undefined) route.phoneNumberId = phoneNumberId
  const displayPhoneNumber = firstIn(places, 'display_phone_number')
  if (displayPhoneNumber !== undefined) route.displayPhoneNumber = displayPhoneNumber
  return route
}

function firstIn(places: readonly ExactObject[], key: string): string | undefined {
  for (const place of places) {
    const id = idIn(place, key)
    if (id !== undefined) return id
  }
  return undefined
}

function idIn(place: ExactObject, key: string): string | undefined {
  const id = Object.hasOwn(place, key) ? place[key] : undefined
  if (typeof id === 'string') return mendText(id) || undefined
  return typeof id === 'number' || typeof id === 'bigint' ? String(id) : undefined
}
