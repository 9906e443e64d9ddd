import { ControlError } from '../control/control-error.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { tellUsername } from './business-usernames.ts'
import { shareContact } from './contact-card.ts'
import { changeNumber, recycle, reinstall } from './moves.ts'

/** What can be done to people, and to what businesses know of them. */
export interface PeopleControl {
  /** They take another phone number, with or without telling it; every id of theirs is a new one. */
  changeNumber(waId: string, newWaId: string): Customer
  /** Their number goes to somebody else, of whom nobody is told. */
  recycle(waId: string, name?: string): Customer
  /** WhatsApp is installed anew: another identity key. */
  reinstall(waId: string): Customer
  /** They answer a request for their number; the wamid. */
  shareContact(phoneNumberId: string, waId: string, quoted?: string): string
  /** No business has had traffic with them, and none has them in its contact book; or only one portfolio forgets. */
  forget(waId: string, businessId?: string): void
  /** The customer plays a voice note of the business; whether for the first time. */
  play(wamid: string): boolean
  /** Makes it a test number that sends to these alone, five at most; null: a real one. */
  testMode(phoneNumberId: string, recipients: readonly string[] | null): void
  /** A business username that Facebook or Instagram has. */
  holdUsername(username: string, by: 'facebook' | 'instagram' | null): void
  /** Meta approves a number's reserved username, or the other way about. */
  businessUsername(phoneNumberId: string, status: 'approved' | 'reserved'): void
  /** Whether Meta tells a portfolio the parents of its ids. */
  parentIds(businessId: string, isOn: boolean): void
}

const waIdPattern = /^[1-9]\d{6,14}$/

export function peopleControl(
  simulation: Simulation,
  numberOf: (id: string) => PhoneNumber,
  personOf: (waId: string, name?: string) => Customer,
): PeopleControl {
  const { world } = simulation
  return {
    changeNumber(waId, newWaId) {
      const person = personOf(waId)
      const digits = newWaId.replace(/\D/g, '')
      if (!waIdPattern.test(digits)) throw new ControlError('new_wa_id must be the digits of a phone number')
      if (world.customers.has(digits)) throw new ControlError(`somebody else has the number ${digits}`)
      changeNumber(simulation, person, digits)
      return person
    },
    recycle: (waId, name = '') => recycle(simulation, personOf(waId), name),
    reinstall(waId) {
      const person = personOf(waId)
      reinstall(simulation, person)
      return person
    },
    shareContact: (phoneNumberId, waId, quoted) =>
      shareContact(simulation, numberOf(phoneNumberId), personOf(waId), quoted),
    forget(waId, businessId) {
      const { acquaintances } = world.people
      const person = personOf(waId)
      if (businessId === undefined) acquaintances.forget(person)
      else acquaintances.strike(businessId, person)
    },
    play: (wamid) => simulation.voiceNotes.play(wamid),
    testMode(phoneNumberId, recipients) {
      const { id } = numberOf(phoneNumberId)
      if (recipients === null) world.people.testRecipients.delete(id)
      else
        world.people.testRecipients.set(
          id,
          recipients.map((each) => each.replace(/\D/g, '')),
        )
    },
    holdUsername(username, by) {
      if (by === null) world.people.heldUsernames.delete(username)
      else world.people.heldUsernames.set(username, by)
    },
    businessUsername(phoneNumberId, status) {
      const number = numberOf(phoneNumberId)
      const known = world.people.usernames.get(number.id)
      if (!known) throw new ControlError('this number has no username')
      world.people.usernames.set(number.id, { ...known, status })
      tellUsername(simulation, number)
    },
    parentIds(businessId, isOn) {
      if (isOn) world.people.withParents.add(businessId)
      else world.people.withParents.delete(businessId)
    },
  }
}
