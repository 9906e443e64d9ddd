import { isBsuid } from '../people/bsuid.ts'
import type { WireContact } from '../webhook/fields/message.ts'
import { given } from './given.ts'

/** A person as one webhook names them. Each part may be missing. */
export interface Person {
  /** WhatsApp's own id of the account: digits, usually the phone number. */
  waId?: string
  /** Business-scoped user id. */
  userId?: string
  parentUserId?: string
  username?: string
  profileName?: string
  /** The business-scoped id before the person changed number. */
  previousUserId?: string
  /** The wa_id before the person changed number, when that one was known. */
  previousWaId?: string
  identityKeyHash?: string
}

/** A person from three possible places; a user id that stands where the phone number was is recognised. */
export function personOf(
  phone: string | undefined,
  userId: string | undefined,
  parentUserId: string | undefined,
): Person {
  const isId = phone !== undefined && isBsuid(phone)
  return {
    ...given('waId', isId ? undefined : phone?.replace(/^\+/, '')),
    ...given('userId', userId || (isId ? phone : undefined)),
    ...given('parentUserId', parentUserId),
  }
}

/** An item of `contacts`. */
export function contactOf({
  wa_id,
  user_id,
  parent_user_id,
  profile,
  identity_key_hash,
}: WireContact): Person {
  return {
    ...personOf(wa_id, user_id, parent_user_id),
    ...given('username', profile?.username?.replace(/^@/, '')),
    ...given('profileName', profile?.name),
    ...given('identityKeyHash', identity_key_hash),
  }
}

/** The person with what `contacts` knows of them: by user id, else by phone, never by position. */
export function knownPerson(person: Person, contacts: readonly Person[]): Person {
  const contact =
    contacts.find(({ userId }) => userId !== undefined && userId === person.userId) ??
    contacts.find(
      ({ waId, userId }) =>
        waId !== undefined && waId === person.waId && (userId === undefined || person.userId === undefined),
    )
  return contact ? { ...contact, ...person } : person
}
