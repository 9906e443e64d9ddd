import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { bsuidOf } from './bsuid.ts'
import type { Seen } from './people.ts'
import { identityChanged, numberChanged } from './system-messages.ts'

/**
 * Somebody takes another phone number: chats go along, every id is a new one, and each business that has a chat with
 * them hears of it. Source: Meta, "Business-scoped user IDs"; the system messages reference.
 */
export function changeNumber(simulation: Simulation, person: Customer, waId: string): void {
  const { world } = simulation
  const numbers = acquainted(simulation, person)
  const before = new Map(
    numbers.map((number) => [number.id, { ...simulation.seen(number, person) }] as const),
  )
  const old = person.waId
  world.removeCustomer(person)
  world.people.left(old, person.generation ?? 0)
  const generation = world.people.generationOf(waId)
  Object.assign(person, { waId, generation, userId: bsuidOf(waId, world.people.home, generation) })
  world.addCustomer(person)
  // What businesses knew was the old number.
  if (person.hidesPhone) world.people.acquaintances.forget(person)
  for (const number of numbers) {
    world.chats.move(number.id, old, waId)
    const { blocked } = world.stateOf(number.id)
    if (blocked.delete(old)) blocked.set(waId, waId)
    simulation.outbox.moved(number.id, old, waId)
    const was = before.get(number.id)
    if (was) tell(simulation, number, was, simulation.seen(number, person))
  }
}

/** Their number is given to somebody else: a new person with the same wa_id and another id, of whom nobody is told. */
export function recycle(simulation: Simulation, person: Customer, name: string): Customer {
  const { world } = simulation
  const { waId } = person
  world.removeCustomer(person)
  world.people.left(waId, person.generation ?? 0)
  Object.assign(person, { isGone: true, isOnWhatsApp: false })
  world.chats.forget(waId)
  for (const { id } of world.numbers.values()) world.knownStateOf(id)?.blocked.delete(waId)
  const successor = world.customer(waId, name)
  world.addCustomer(successor)
  return successor
}

/** WhatsApp is installed anew, as on another phone: the keys change, and who checks them hears of it. */
export function reinstall(simulation: Simulation, person: Customer): void {
  person.installations = (person.installations ?? 0) + 1
  simulation.world.addCustomer(person)
  if (!simulation.settings.identityChangedMessage) return
  for (const number of acquainted(simulation, person)) {
    const seen = simulation.seen(number, person)
    if (seen.keyHash === undefined) continue
    simulation.emit(number, identityChanged(number, seen, simulation.world.newWamid(), simulation.now()))
  }
}

function tell(simulation: Simulation, number: PhoneNumber, before: Seen, after: Seen): void {
  const at = simulation.now()
  const wamid = simulation.world.newWamid()
  const { field, value } = numberChanged(simulation.settings.numberChange, number, {
    before,
    after,
    wamid,
    at,
  })
  simulation.emit(number, value, field)
}

/** The business numbers that have a chat with them. */
export function acquainted({ world }: Simulation, { waId }: Customer): PhoneNumber[] {
  return [...world.numbers.values()].filter(
    ({ id }) => world.chats.find(id, waId) || world.chats.lastInboundAt(id, waId) !== undefined,
  )
}
