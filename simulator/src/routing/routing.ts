import { type StatusMessage, statusValue, type Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { type Responder, type RoutingPlan, responderOf } from './responder.ts'
import { Threads } from './threads.ts'
import { type Handover, handoverValue, standbyEchoValue, standbyValue } from './values.ts'

/** Where a change goes, and what it is there. */
export interface Delivery {
  appId: string
  uri: string
  field: string
  value: Value
}

/**
 * Which of several responders on a number a conversation belongs to. A number that is not routed behaves as ever: whoever
 * is subscribed hears of everything. Source: Meta, "Conversation Routing" (Oct 2026), and "Standby webhooks" (Aug 2026).
 */
export class Routing {
  readonly #plans = new Map<string, RoutingPlan>()
  readonly #threads = new Threads()

  constructor(readonly simulation: Simulation) {}

  /** Undefined: the number is not routed any more. */
  plan(number: PhoneNumber, plan: RoutingPlan | undefined): void {
    if (plan) this.#plans.set(number.id, plan)
    else this.#plans.delete(number.id)
  }

  planOf(phoneNumberId: string): RoutingPlan | undefined {
    return this.#plans.get(phoneNumberId)
  }

  ownerOf({ id }: PhoneNumber, { waId }: Customer): Responder | undefined {
    const { settings } = this.simulation
    return this.#threads.ownerOf(id, waId, this.simulation.now(), settings.threadIdleMs)
  }

  /** A customer writes: a thread that nobody owns is the primary's. */
  wrote(number: PhoneNumber, person: Customer): void {
    const plan = this.#plans.get(number.id)
    if (plan) this.#own(number, person, this.ownerOf(number, person) ?? plan.primary)
  }

  /** From one owner to another; the new one hears of it. */
  pass(number: PhoneNumber, person: Customer, to: Responder, metadata?: string): void {
    const from = this.ownerOf(number, person)
    this.#own(number, person, to)
    this.#tell(number, person, to, { type: 'control_passed', from, to, metadata })
  }

  /** The previous owner, if there was one, hears of it. */
  take(number: PhoneNumber, person: Customer, to: Responder, metadata?: string): void {
    const from = this.ownerOf(number, person)
    this.#own(number, person, to)
    if (from !== undefined && from !== to)
      this.#tell(number, person, from, { type: 'control_taken', from, to, metadata })
  }

  /** Nobody hears of it; the customer's next message finds an owner. */
  release(number: PhoneNumber, person: Customer): void {
    this.#threads.release(number.id, person.waId)
  }

  /** Somebody else than the app answers a customer; the wamid. */
  respond(number: PhoneNumber, person: Customer, by: Responder, text: string): string {
    const { simulation } = this
    const { settings, timers } = simulation
    const wamid = simulation.world.newWamid()
    const at = simulation.now()
    const seen = simulation.seen(number, person)
    this.#own(number, person, by)
    const chat = simulation.world.chats.open(number.id, person.waId)
    const shown = { type: 'text', text, content: { body: text } }
    simulation.world.chats.add(chat, { ...shown, wamid, from: 'business', at, state: 'delivered' })
    this.#stand(number, by, standbyEchoValue(number, seen, { wamid, at, text }))
    const status = (word: StatusMessage['status']) =>
      this.#stand(
        number,
        by,
        standbyValue(statusValue(number, seen, { wamid, status: word, at: simulation.now(), echo: '' })),
      )
    timers.after(settings.sentMs, () => status('sent'))
    timers.after(settings.deliveredMs, () => status('delivered'))
    return wamid
  }

  /** Who hears of a customer's message, and how: of a thread that is another's, one level deeper or not at all. */
  deliveries(number: PhoneNumber, value: Value, person: Customer): Delivery[] {
    const field = 'messages'
    const all = this.simulation.audience(number, field)
    const owner = this.#plans.has(number.id) ? this.ownerOf(number, person) : undefined
    if (owner === undefined) return all.map((to) => ({ ...to, field, value }))
    const owners = all.filter(({ appId }) => responderOf(number, appId) === owner)
    return [
      ...owners.map((to) => ({ ...to, field, value })),
      ...this.#standing(number, owner).map((to) => ({ ...to, field: 'standby', value: standbyValue(value) })),
    ]
  }

  #own({ id }: PhoneNumber, { waId }: Customer, owner: Responder): void {
    this.#threads.own(id, waId, owner, this.simulation.now())
  }

  /** Subscribed apps that do not own a thread and may listen. */
  #standing(number: PhoneNumber, owner: Responder) {
    if (!this.#plans.get(number.id)?.hasStandby) return []
    const all = this.simulation.audience(number, 'standby')
    return all.filter(({ appId }) => responderOf(number, appId) !== owner)
  }

  #stand(number: PhoneNumber, owner: Responder, value: Value): void {
    const to = this.#standing(number, owner).map((each) => ({ ...each, field: 'standby', value }))
    this.simulation.deliver(number, to)
  }

  #tell(number: PhoneNumber, person: Customer, whom: Responder, handover: Omit<Handover, 'at'>): void {
    const plan = this.#plans.get(number.id)
    if (!plan) return
    const field = 'messaging_handovers'
    const value = handoverValue(number, plan, this.simulation.seen(number, person), {
      ...handover,
      at: this.simulation.now(),
    })
    const all = this.simulation.audience(number, field)
    const to = all.filter(({ appId }) => responderOf(number, appId) === whom)
    this.simulation.deliver(
      number,
      to.map((each) => ({ ...each, field, value })),
    )
  }
}
