import { type StatusMessage, statusValue, type Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { type Responder, type RoutingPlan, responderOf, roleOf, strangers } from './responder.ts'
import { Threads } from './threads.ts'
import {
  type Echo,
  type Handover,
  handoverValue,
  type Owner,
  standbyEchoValue,
  standbyValue,
} from './values.ts'

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

  /** Somebody who does not call Graph answers a customer; the wamid. */
  respond(number: PhoneNumber, person: Customer, by: Responder, text: string): string {
    const { simulation } = this
    const { settings, timers, world } = simulation
    const wamid = world.newWamid()
    const at = simulation.now()
    const seen = simulation.seen(number, person)
    this.#own(number, person, by)
    const content = { body: text }
    const shown = { type: 'text', text, content, wamid, at }
    world.chats.add(world.chats.open(number.id, person.waId), {
      ...shown,
      from: 'business',
      state: 'delivered',
    })
    this.sent(number, person, by, { wamid, at, message: { type: 'text', text: content } })
    const tell = (status: StatusMessage['status']) => {
      const value = statusValue(number, seen, { wamid, status, at: simulation.now(), echo: '' })
      simulation.deliver(number, this.shared(number, value, by))
    }
    timers.after(settings.sentMs, () => tell('sent'))
    timers.after(settings.deliveredMs, () => tell('delivered'))
    return wamid
  }

  /** The others on a routed number hear what one of them has sent. */
  sent(number: PhoneNumber, person: Customer, by: Responder, echo: Echo): void {
    if (!this.#plans.has(number.id)) return
    const value = standbyEchoValue(number, this.simulation.seen(number, person), echo)
    this.simulation.deliver(number, this.#standing(number, by, value))
  }

  /** Who hears of a customer's message, and how: of a thread that is another's, one level deeper or not at all. */
  deliveries(number: PhoneNumber, value: Value, person: Customer): Delivery[] {
    const isRouted = this.#plans.has(number.id)
    return this.shared(number, value, isRouted ? this.ownerOf(number, person) : undefined)
  }

  /** A message-like value that belongs to one of a routed number's responders: his on `messages`, the others' on `standby`. */
  shared(number: PhoneNumber, value: Value, owner: Responder | undefined): Delivery[] {
    const field = 'messages'
    const all = this.simulation.audience(number, field).map((to) => ({ ...to, field, value }))
    if (owner === undefined || !this.#plans.has(number.id)) return all
    const own = all.filter(({ appId }) => responderOf(number, appId) === owner)
    return [...own, ...this.#standing(number, owner, standbyValue(value))]
  }

  #own({ id }: PhoneNumber, { waId }: Customer, owner: Responder): void {
    this.#threads.own(id, waId, owner, this.simulation.now())
  }

  /** To subscribed apps that do not own a thread and may listen. */
  #standing(number: PhoneNumber, owner: Responder, value: Value): Delivery[] {
    if (!this.#plans.get(number.id)?.hasStandby) return []
    const field = 'standby'
    const others = this.simulation.audience(number, field)
    return others
      .filter(({ appId }) => responderOf(number, appId) !== owner)
      .map((to) => ({ ...to, field, value }))
  }

  #tell(number: PhoneNumber, person: Customer, whom: Responder, change: Change): void {
    const plan = this.#plans.get(number.id)
    if (!plan) return
    const { simulation } = this
    const of = (responder: Responder): Owner => ({
      role: roleOf(plan, responder),
      appId: this.#appIdOf(number, responder),
    })
    const from = change.from && of(change.from)
    const handover = { ...change, from, to: of(change.to), at: simulation.now() }
    const field = 'messaging_handovers'
    const value = handoverValue(number, simulation.seen(number, person), handover)
    const to = simulation
      .audience(number, field)
      .filter(({ appId }) => responderOf(number, appId) === whom)
      .map((each) => ({ ...each, field, value }))
    simulation.deliver(number, to)
  }

  #appIdOf(number: PhoneNumber, responder: Responder): string {
    if (responder === 'app') return number.appId
    const subscribed = this.simulation.world.accounts.find(number.wabaId)?.subscriptions.keys() ?? []
    const other = [...subscribed].find((appId) => responderOf(number, appId) === responder)
    return other ?? strangers[responder]
  }
}

interface Change {
  type: Handover['type']
  from: Responder | undefined
  to: Responder
  metadata?: string | undefined
}
