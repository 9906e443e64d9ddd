import type { Id } from '@palomar/contracts'

/** What a change is routed by: its number, or the WABA when it names no number. */
export interface RouteKey {
  /** Meta's phone_number_id; empty when the change names none. */
  phoneNumberId: string
  /** Meta's WABA id. */
  wabaId: string
}

/** Whose a number or a WABA is, as tenancy says. */
export interface Route {
  tenantId: Id<'tenant'>
  /** num_…; empty for a route by WABA. */
  numberId: string
  phoneNumberId: string
  wabaId: string
  /** pfl_… */
  portfolioId: string
  /** Apps whose signed webhooks may speak for this number. */
  appIds: ReadonlySet<string>
}

/** Equal keys have equal text. */
export function textOfKey({ phoneNumberId, wabaId }: RouteKey): string {
  return phoneNumberId === '' ? `waba ${wabaId}` : `number ${phoneNumberId}`
}

export type Verdict =
  | { state: 'routed'; route: Route }
  /** Signed, for a number we do not serve: kept, and replayed when the number is added. */
  | { state: 'parked'; reason: string }
  /** Signed, but by an app that may not speak for the number: kept for the operator. */
  | { state: 'quarantined'; reason: string }
  /** Kept, counted and shown; nothing else can be done with it. */
  | { state: 'unparsed'; reason: string }

export type UnroutedState = Exclude<Verdict['state'], 'routed'>

/**
 * What becomes of a signed change. The signature proves only which app's secret signed the body: whoever knows one
 * app's secret could name any number in it, so the number must belong to that app (CONTRACTS 15).
 */
export function judge(
  change: { appId: string; key: RouteKey | undefined; reason: string },
  route: Route | undefined,
): Verdict {
  if (change.reason !== '') return { state: 'unparsed', reason: change.reason }
  if (!change.key) return { state: 'unparsed', reason: 'it names neither a number nor an account' }
  if (!route) {
    const what = change.key.phoneNumberId === '' ? 'account' : 'number'
    return { state: 'parked', reason: `no company has this ${what}` }
  }
  if (!route.appIds.has(change.appId)) {
    return { state: 'quarantined', reason: 'signed by an app that the number does not belong to' }
  }
  return { state: 'routed', route }
}
