import { canonicalPhone, isBsuid, recipientKey } from '@palomar/cloud-api'

/** One sighting of a person, in a message or as its recipient. */
export interface Person {
  tenantId: string
  /** The portfolio that its business-scoped ids belong to. */
  portfolioId: string
  /** `p:` keys; more than one when Meta answered a typed number with another wa_id. */
  phoneKeys: string[]
  /** `b:` keys. The previous one comes when Meta says that the person changed number. */
  bsuidKey: string | undefined
  previousBsuidKey: string | undefined
  /** The phone before that; the same person only if nobody else was seen with it since. */
  previousPhoneKey?: string | undefined
  /** As Meta wrote it: what is sent to. Empty when only typed by us. */
  waId: string
  /** +E.164 for display, when known. */
  phone: string
  userId: string
  username: string
  name: string
  /** Meta's time of the sighting. */
  at: Date
}

export interface Names {
  waId: string
  userId: string
  previousUserId?: string
  previousWaId?: string
  username?: string
  profileName?: string
}

/** A person as a webhook names him; undefined when it names nobody. */
export function personOf(
  names: Names,
  place: { tenantId: string; portfolioId: string; at: Date },
): Person | undefined {
  const digits = /^\+?\d+$/.test(names.waId) ? names.waId.replace('+', '') : ''
  // Meta has put a business-scoped id where the phone belongs.
  const userId = names.userId || (isBsuid(names.waId) ? names.waId : '')
  const phoneKey = digits ? recipientKey({ phone: digits }) : undefined
  const bsuidKey = keyOfUser(userId, place.portfolioId)
  if (!phoneKey && !bsuidKey) return undefined
  return {
    ...place,
    phoneKeys: phoneKey ? [phoneKey] : [],
    bsuidKey,
    previousBsuidKey: keyOfUser(names.previousUserId ?? '', place.portfolioId),
    previousPhoneKey: names.previousWaId ? recipientKey({ phone: names.previousWaId }) : undefined,
    waId: digits,
    phone: digits && `+${digits}`,
    userId,
    username: names.username ?? '',
    name: (names.profileName ?? '').trim(),
  }
}

/** The recipient of a message of ours; its key was computed where the message was accepted. */
export function recipientOf(
  recipient: { to: string; userId: string; key: string },
  place: { tenantId: string; portfolioId: string; at: Date },
  waId = '',
): Person | undefined {
  const answered = /^\d+$/.test(waId) ? waId : ''
  const phoneKeys = [recipient.key, answered ? (recipientKey({ phone: answered }) ?? '') : '']
  const digits = recipient.to.replace(/\D/g, '')
  const person: Person = {
    ...place,
    portfolioId: portfolioOf(recipient.key) ?? place.portfolioId,
    phoneKeys: [...new Set(phoneKeys.filter((key) => key.startsWith('p:')))],
    bsuidKey: recipient.key.startsWith('b:') ? recipient.key : undefined,
    previousBsuidKey: undefined,
    waId: answered,
    phone: answered
      ? `+${answered}`
      : digits && recipient.key === `p:${canonicalPhone(digits)}`
        ? `+${digits}`
        : '',
    userId: recipient.userId,
    username: '',
    name: '',
  }
  return person.phoneKeys.length > 0 || person.bsuidKey ? person : undefined
}

/** Whom a message of ours went to, from what its caller gave: a phone number or a business-scoped id. */
export function addressee(recipient: string): { waId: string; userId: string } {
  if (isBsuid(recipient)) return { waId: '', userId: recipient }
  return { waId: recipient.replace(/\D/g, ''), userId: '' }
}

function keyOfUser(userId: string, portfolioId: string): string | undefined {
  return userId ? recipientKey({ bsuid: userId, portfolioId }) : undefined
}

/** Of a `b:<portfolio>:<bsuid>` key. */
export function portfolioOf(key: string): string | undefined {
  return key.startsWith('b:') ? key.split(':')[1] : undefined
}

/** The keys that find a contact; the previous phone finds one and is not the person's any more. */
export function keysOf(person: Person): string[] {
  return [...ownKeysOf(person), person.previousPhoneKey].filter((key) => key !== undefined)
}

/** The keys that are the person's. */
export function ownKeysOf(person: Person): string[] {
  return [person.bsuidKey, person.previousBsuidKey, ...person.phoneKeys].filter((key) => key !== undefined)
}
