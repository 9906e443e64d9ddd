import { createHash } from 'node:crypto'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { Acquaintances, sharedForMs } from './acquaintances.ts'
import { bsuidOf, parentBsuidOf, waIdIn } from './bsuid.ts'
import type { BusinessUsername } from './business-usernames.ts'

/** A person as one business number sees them: its portfolio's id, and the phone number only where that is shown. */
export interface Seen extends Customer {
  parentUserId?: string
  /** Where the number checks identities. */
  keyHash?: string
}

/** Who people are to whom. Look-ups are by key or by arithmetic: most people are not remembered. */
export class People {
  readonly acquaintances = new Acquaintances()
  /** Test numbers, with whom they may write to, in digits as they were listed. */
  readonly testRecipients = new Map<string, readonly string[]>()
  /** Business numbers' own, and those that Facebook or Instagram has. */
  readonly usernames = new Map<string, BusinessUsername>()
  readonly heldUsernames = new Map<string, 'facebook' | 'instagram'>()
  /** Portfolios that Meta tells parent ids. */
  readonly withParents = new Set<string>()
  /** Owners that a number has had before its present one. */
  readonly #formerOwners = new Map<string, number>()
  #generationMax = 0

  /** In the portfolio `home` everybody has the id that they are kept by. */
  constructor(readonly home: string) {}

  /** Which owner of a number somebody new is. */
  generationOf(waId: string): number {
    return this.#formerOwners.get(waId) ?? 0
  }

  left(waId: string, generation: number): void {
    this.#formerOwners.set(waId, generation + 1)
    this.#generationMax = Math.max(this.#generationMax, generation + 1)
  }

  get formerOwners(): [waId: string, owners: number][] {
    return [...this.#formerOwners]
  }

  userIdOf({ waId, userId, generation = 0 }: Customer, businessId: string): string {
    return businessId === this.home || waId === '' ? userId : bsuidOf(waId, businessId, generation)
  }

  parentIdOf({ waId, generation = 0 }: Customer, businessId: string): string | undefined {
    return this.withParents.has(businessId) && waId !== '' ? parentBsuidOf(waId, generation) : undefined
  }

  /** Numbers that the id may have been made from in that portfolio; who has one must still be asked for his id. */
  candidates(bsuid: string, businessId: string): string[] {
    const made: string[] = []
    for (let generation = 0; generation <= this.#generationMax; generation++) {
      const waId = waIdIn(bsuid, businessId, generation)
      if (waId !== undefined) made.push(waId)
    }
    return made
  }

  /** Whether this number is told the person's phone. Who has no username always shows it. */
  showsPhone(number: PhoneNumber, person: Customer, now: number): boolean {
    if (!person.hidesPhone) return true
    const { acquaintances } = this
    return (
      acquaintances.isInBook(number.businessId, person) ||
      acquaintances.metSince(number.id, person, now - sharedForMs)
    )
  }

  /** The same object where there is nothing of it to hide or to add: most people, most of the time. */
  seenBy(number: PhoneNumber, person: Customer, now: number, checksKeys: boolean): Seen {
    const parentUserId = this.parentIdOf(person, number.businessId)
    const isPlain = number.businessId === this.home && !person.hidesPhone && !checksKeys
    if (isPlain && parentUserId === undefined) return person
    return {
      ...person,
      userId: this.userIdOf(person, number.businessId),
      hidesPhone: !this.showsPhone(number, person, now),
      ...(person.hidesPhone ? { username: person.username || usernameFor(person) } : {}),
      ...(parentUserId === undefined ? {} : { parentUserId }),
      ...(checksKeys ? { keyHash: keyHashOf(person) } : {}),
    }
  }
}

/** Of the keys of the person's devices: another one after a new installation. Base64, as Meta's. */
export const keyHashOf = ({ waId, generation = 0, installations = 0 }: Customer): string =>
  createHash('sha256').update(`${waId}/${generation}/${installations}`).digest('base64').slice(0, 12)

/** For who takes one without naming it. */
export const usernameFor = ({ name, userId }: Customer): string =>
  `${
    name
      .normalize('NFD')
      .toLowerCase()
      .replace(/[^a-z]+/g, '') || 'persona'
  }.${userId.slice(-4).toLowerCase()}`
