import type { Customer, PhoneNumber } from '../world/types.ts'

/** A business that exchanged a message with a phone in this time is told its number. Source: Meta, "Business-scoped user IDs". */
export const sharedForMs = 30 * 86_400_000

interface Acquaintance {
  /** phone_number_id → the last message by that phone, Unix ms. */
  lastAt: Map<string, number>
  /** Portfolios that have the person in their contact book. */
  books: Set<string>
}

/**
 * Who knows whose number: traffic between a business number and a person by phone, and the portfolios' contact books,
 * which fill themselves. Kept with the person, so that it goes with them; strangers of a load test are not kept.
 */
export class Acquaintances {
  readonly #known = new WeakMap<Customer, Acquaintance>()

  /** A message went between them in which the phone number was known. */
  met(number: PhoneNumber, person: Customer, at: number, hasBook: boolean): void {
    const known = this.#known.get(person) ?? { lastAt: new Map(), books: new Set() }
    known.lastAt.set(number.id, at)
    if (hasBook) known.books.add(number.businessId)
    this.#known.set(person, known)
  }

  isInBook(businessId: string, person: Customer): boolean {
    return this.#known.get(person)?.books.has(businessId) ?? false
  }

  metSince(phoneNumberId: string, person: Customer, since: number): boolean {
    return (this.#known.get(person)?.lastAt.get(phoneNumberId) ?? Number.NEGATIVE_INFINITY) > since
  }

  /** Out of a portfolio's book; whether it was there. */
  strike(businessId: string, person: Customer): boolean {
    return this.#known.get(person)?.books.delete(businessId) ?? false
  }

  /** Nobody knows the number any more. */
  forget(person: Customer): void {
    this.#known.delete(person)
  }

  /** As JSON can hold it. */
  kept(person: Customer): KeptAcquaintance | undefined {
    const known = this.#known.get(person)
    return known && { lastAt: Object.fromEntries(known.lastAt), books: [...known.books] }
  }

  restore(person: Customer, { lastAt, books }: KeptAcquaintance): void {
    this.#known.set(person, { lastAt: new Map(Object.entries(lastAt)), books: new Set(books) })
  }
}

export interface KeptAcquaintance {
  lastAt: Record<string, number>
  books: string[]
}
