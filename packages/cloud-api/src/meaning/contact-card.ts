import type { WireCard } from '../webhook/fields/message.ts'
import { given } from './given.ts'

export interface CardContact {
  name: string
  phones: { phone: string; waId?: string; type?: string }[]
  emails: string[]
  /** The person answered our request for their own number. Any other card may be someone else's. */
  isOwn: boolean
}

/** The cards of a `contacts` message. `origin` is seen on the card and, in a draft, on the message. */
export const cardsOf = (cards: readonly WireCard[], messageOrigin: string | undefined): CardContact[] =>
  cards.map(({ name, phones = [], emails = [], origin }) => ({
    name: name?.formatted_name || name?.first_name || '',
    phones: phones.map(({ phone = '', wa_id, type }) => ({
      phone,
      ...given('waId', wa_id),
      ...given('type', type),
    })),
    emails: emails.flatMap(({ email }) => email || []),
    isOwn: (origin || messageOrigin) === 'contact_request',
  }))
