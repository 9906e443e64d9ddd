import type { Json, JsonObject } from '../json.ts'
import { given, objectIn, objectsIn, textIn, wordIn } from './value.ts'

export interface CardContact {
  name: string
  phones: { phone: string; waId?: string; type?: string }[]
  emails: string[]
  /** The person answered our request for their own number. Any other card may be someone else's. */
  isOwn: boolean
  json: JsonObject
}

/** The cards of a `contacts` message. */
export function cardsIn(own: Json, message: JsonObject): CardContact[] {
  return objectsIn(own).map((json) => {
    const name = objectIn(json.name)
    return {
      name: wordIn(name.formatted_name) ?? textIn(name.first_name),
      phones: objectsIn(json.phones).map((phone) => ({
        phone: textIn(phone.phone),
        ...given('waId', wordIn(phone.wa_id)),
        ...given('type', wordIn(phone.type)),
      })),
      emails: objectsIn(json.emails).flatMap((email) => wordIn(email.email) ?? []),
      // Seen on the card and, in a draft, on the message.
      isOwn: (wordIn(json.origin) ?? wordIn(message.origin)) === 'contact_request',
      json,
    }
  })
}
