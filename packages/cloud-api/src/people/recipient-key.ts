import { isBsuid } from './bsuid.ts'
import { canonicalPhone } from './phone.ts'

/** What limits, windows and consents of a person are kept by. Made by {@link recipientKey} only. */
export type RecipientKey = string & { readonly __recipientKey: true }

export interface Identity {
  phone?: string | undefined
  waId?: string | undefined
  bsuid?: string | undefined
  /** Meta's business portfolio, inside which a business-scoped id has its meaning. */
  portfolioId?: string | undefined
}

/**
 * `p:<canonical E.164, digits only>` when a phone number is known, else `b:<portfolio>:<business-scoped id>`; undefined when there
 * is neither (CONTRACTS 31). A pure function of the identity: that two keys are one person is inbox's to say.
 */
export function recipientKey({ phone, waId, bsuid, portfolioId }: Identity): RecipientKey | undefined {
  for (const text of [phone, waId]) {
    // A group's id has digits too.
    if (!text || !/^[+\d\s().-]+$/.test(text)) continue
    const digits = canonicalPhone(text)
    if (digits !== '') return `p:${digits}` as RecipientKey
  }
  // Seen in the wild: the user id stands where the phone number was.
  const userId =
    [bsuid, waId, phone].find((text) => text !== undefined && text !== '' && isBsuid(text)) ?? bsuid
  if (!userId) return undefined
  return `b:${portfolioId ?? ''}:${userId}` as RecipientKey
}
