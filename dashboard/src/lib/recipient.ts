import type { ContactSummary } from './api-types.ts'

export interface ContactIdentity {
  kind: string
  value: string
  portfolio_id: string | null
}

/**
 * Whom a reply goes to: the phone where one is known, since then Meta keeps telling it; else the id that the number's
 * portfolio knows the person by, the latest first. Undefined when neither is known.
 */
export function recipientOf(
  { wa_id, phone }: ContactSummary,
  identities: readonly ContactIdentity[] = [],
  portfolioId?: string,
): { to: string } | { recipient: string } | undefined {
  const to = wa_id ?? phone?.replace('+', '')
  if (to) return { to }
  const ids = identities.filter(({ kind }) => kind === 'bsuid')
  const own = ids.find(({ portfolio_id }) => portfolio_id === portfolioId) ?? ids[0]
  return own && { recipient: own.value }
}
