import { reactions } from '../anomalies/companions.ts'
import { unreachableBy } from '../people/reach.ts'
import { noteReaction, reactionProblem } from '../people/reactions.ts'
import { type Price, PriceList } from '../prices/price-list.ts'
import type { Responder } from '../routing/responder.ts'
import type { Settings } from '../settings.ts'
import type { Simulation } from '../simulation.ts'
import { chatKey } from '../world/chats.ts'
import { react } from '../world/message-changes.ts'
import type { Chat, ChatMessage, Customer, PhoneNumber } from '../world/types.ts'
import { type Delays, delaysOf } from './delays.ts'
import { failureOf } from './failures.ts'
import { type StatusError, type StatusMessage, statusValue, type Value } from './values.ts'

/** A send that Graph has accepted. */
export interface Outbound {
  number: PhoneNumber
  person: Customer
  wamid: string
  echo: string
  at: number
  category: string
  needsWindow: boolean
  /** Of those who may answer on the number; its own app when absent. */
  sentBy?: Responder
  /** What the send named. */
  addressedBy: 'phone' | 'user_id'
  /** What it fails with whoever it is for: a file that Meta could not get. */
  failure?: StatusError
  /** How long Graph takes to answer. */
  answerMs: number
  /** Not delivered by then, it never will be. */
  ttlMs: number
  /** Pacing: held for a while, or held and then dropped. */
  pacing?: 'held' | 'dropped'
  /** What the phone will show. */
  shown: Pick<ChatMessage, 'type' | 'text' | 'content' | 'template' | 'quoted'>
}

/** An accepted message on its way to a customer. */
interface Trip {
  send: Outbound
  delays: Delays
  price: Price
  pricedOn: readonly string[]
}

/** `sent`, and one of the two that follow. Source: Meta, "Status messages webhook reference". */
const pricedAsAlways = ['sent', 'delivered']
const pricedOn = {
  priceOnSent: ['sent'],
  priceOnDelivered: ['delivered'],
  priceOnRead: ['read'],
  withoutPrice: [] as string[],
} as const

/** Late enough to travel in another body. */
const apartMs = ({ webhookLingerMs }: Settings) => webhookLingerMs * 2 + 10

/** Reads that wait for a customer to look; beyond these the oldest are never read. */
const unreadMax = 300
const chatsWithUnreadMax = 2_000
/** From a message on an open screen to its read receipt. */
const glanceMs = 100

/** What becomes of accepted messages: their statuses, and their place on the customer's phone. */
export class Outbox {
  readonly prices: PriceList
  readonly #unread = new Map<string, Trip[]>()
  /** Waiting for a phone that is off. */
  readonly #held = new Map<Customer, Set<() => void>>()

  constructor(readonly simulation: Simulation) {
    this.prices = new PriceList(simulation.world)
  }

  accept(send: Outbound): void {
    const { faults, settings, timers } = this.simulation
    if (faults.happens('noStatus')) return
    // Statuses follow the answer, except where a fault says otherwise.
    const answeredMs = send.answerMs + (send.pacing ? settings.heldMs : 0)
    const delays = delaysOf(settings, () => faults.random())
    const failure = send.failure ?? (send.pacing === 'dropped' ? failureOf(132015) : this.#failureOf(send))
    if (failure) {
      timers.after(answeredMs + delays.failedMs, () => this.#status(send, 'failed', { error: failure }))
      return
    }
    const trip = { send, delays, price: this.#priceOf(send), pricedOn: this.#pricedOn() }
    const deliveredMs = delays.deliveredMs ?? send.ttlMs
    const isSwapped = faults.happens('outOfOrder')
    if (delays.isSentFirst || faults.happens('statusFirst')) this.#sent(trip)
    else timers.after(answeredMs + (isSwapped ? deliveredMs : delays.sentMs), () => this.#sent(trip))
    const arriveMs = answeredMs + (isSwapped ? delays.sentMs : deliveredMs)
    // A reaction is never reported beyond that.
    if (send.shown.type === 'reaction') timers.after(arriveMs, () => this.#react(send))
    else if (faults.happens('lateFailure'))
      timers.after(arriveMs, () => this.#status(send, 'failed', { error: failureOf(131049) }))
    else if (delays.deliveredMs === null) timers.after(arriveMs, () => this.#expired(send))
    else timers.after(arriveMs, () => this.#arrive(trip))
  }

  /** The customer's phone is on again. */
  online(person: Customer): void {
    const held = this.#held.get(person) ?? []
    this.#held.delete(person)
    for (const arrive of [...held]) arrive()
  }

  /** The customer opens the chat. */
  readAll(chat: Chat): void {
    const key = chatKey(chat.phoneNumberId, chat.waId)
    const unread = this.#unread.get(key) ?? []
    this.#unread.delete(key)
    for (const trip of unread) this.#read(chat, trip)
  }

  /** The customer's chats have gone to another number of theirs. */
  moved(phoneNumberId: string, from: string, to: string): void {
    const unread = this.#unread.get(chatKey(phoneNumberId, from))
    this.#unread.delete(chatKey(phoneNumberId, from))
    if (unread) this.#unread.set(chatKey(phoneNumberId, to), unread)
  }

  #failureOf(send: Outbound): StatusError | undefined {
    const { number, person, needsWindow, at } = send
    const { chats, portfolios } = this.simulation.world
    if (number.standing === 'unpaid') return failureOf(131042)
    const isOpen = chats.isWindowOpen(number.id, person.waId, at)
    const chat = chats.find(number.id, person.waId)
    const code = unreachableBy(this.simulation, send, isOpen) ?? reactionProblem(chat, send)
    if (code) return failureOf(code)
    if (needsWindow && !isOpen) return failureOf(131047)
    if (!isOpen && !portfolios.mayReach(number.businessId, person.waId, at)) return failureOf(131048)
    return undefined
  }

  #priceOf({ number, person, category, at }: Outbound): Price {
    const priced = {
      phoneNumberId: number.id,
      businessId: number.businessId,
      waId: person.waId,
      displayPhoneNumber: number.displayPhoneNumber.replace(/\D/g, ''),
      category,
      at,
    }
    return this.simulation.faults.happens('legacyPricing')
      ? this.prices.legacyPriceOf(priced)
      : this.prices.priceOf(priced)
  }

  /** Which statuses tell the price. */
  #pricedOn(): readonly string[] {
    const [name] = this.simulation.faults.drawn(Object.keys(pricedOn) as (keyof typeof pricedOn)[])
    return name ? pricedOn[name] : pricedAsAlways
  }

  #sent({ send, price, pricedOn }: Trip): void {
    const { faults } = this.simulation
    this.#status(send, 'sent', {
      ...(price.conversation ? { conversation: price.conversation } : {}),
      ...(pricedOn.includes('sent') ? { pricing: price.pricing } : {}),
      ...(faults.happens('sentWithErrors') ? { error: failureOf(131049) } : {}),
    })
  }

  #told({ send, price, pricedOn }: Trip, status: 'delivered' | 'read'): void {
    const isPriced = pricedOn.includes(status)
    const { expiration_timestamp: _, ...conversation } = price.conversation ?? {}
    this.#status(send, status, {
      ...(price.conversation && isPriced ? { conversation } : {}),
      ...(isPriced ? { pricing: price.pricing } : {}),
    })
  }

  #arrive(trip: Trip): void {
    const { send, delays } = trip
    const { person } = send
    if (person.isGone || person.blocks) return
    if (person.isOffline) {
      this.#hold(trip)
      return
    }
    const { settings, timers, world, faults } = this.simulation
    const chat = world.chats.open(send.number.id, person.waId)
    world.chats.add(chat, {
      ...send.shown,
      wamid: send.wamid,
      from: 'business',
      at: this.simulation.now(),
      state: 'delivered',
    })
    chat.typingUntil = 0
    this.simulation.arrived(send.number, person)
    this.simulation.voiceNotes.arrived(send)
    const fails = faults.happens('failedAndDelivered')
    const isFailedFirst = fails && faults.random() < 0.5
    if (isFailedFirst) this.#status(send, 'failed', { error: failureOf(131026) })
    if (!delays.isReadOnly && !faults.happens('readOnly')) this.#told(trip, 'delivered')
    if (fails && !isFailedFirst)
      timers.after(apartMs(settings), () => this.#status(send, 'failed', { error: failureOf(131026) }))
    reactions(this.simulation, send.number, person, send.wamid)
    if (chat.isOpen) timers.after(glanceMs, () => this.#read(chat, trip))
    else if (delays.readMs !== null) timers.after(delays.readMs, () => this.#read(chat, trip))
    else this.#remember(chat, trip)
  }

  /** Until the phone is on, or the message's time is over. */
  #hold(trip: Trip): void {
    const { send } = trip
    const held = this.#held.get(send.person) ?? new Set()
    this.#held.set(send.person, held)
    const arrive = () => this.#arrive(trip)
    held.add(arrive)
    const leftMs = send.at + send.ttlMs - this.simulation.now()
    this.simulation.timers.after(leftMs, () => {
      if (held.delete(arrive)) this.#expired(send)
    })
  }

  /** Its time is over: Meta says nothing more, or that it failed. */
  #expired(send: Outbound): void {
    if (this.simulation.settings.expiry === 'status')
      this.#status(send, 'failed', { error: failureOf(131043) })
  }

  #react(send: Outbound): void {
    const { world } = this.simulation
    const chat = world.chats.find(send.number.id, send.person.waId)
    if (!chat) return
    noteReaction(chat, send.wamid)
    if (react(chat, send.shown.content)) world.chats.changed(chat)
  }

  #read(chat: Chat, trip: Trip): void {
    const { send } = trip
    const message = chat.messages.find(({ wamid }) => wamid === send.wamid)
    if (message) message.state = 'read'
    const { faults, settings, timers } = this.simulation
    if (send.person.tellsRead) {
      this.#told(trip, 'read')
      if (faults.happens('deliveredAfterRead'))
        timers.after(apartMs(settings), () => this.#status(send, 'delivered'))
    }
    this.simulation.voiceNotes.read(send)
    this.simulation.world.chats.changed(chat)
  }

  /** The customer has heard a voice note. */
  played(send: Outbound): void {
    this.#status(send, 'played')
  }

  #remember(chat: Chat, trip: Trip): void {
    const key = chatKey(chat.phoneNumberId, chat.waId)
    const list = this.#unread.get(key) ?? []
    list.push(trip)
    if (list.length > unreadMax) list.shift()
    this.#unread.set(key, list)
    const [oldest] = this.#unread.keys()
    if (this.#unread.size > chatsWithUnreadMax && oldest !== undefined) this.#unread.delete(oldest)
  }

  #status(
    { number, person, wamid, echo, addressedBy, sentBy = 'app' }: Outbound,
    status: StatusMessage['status'],
    more: Pick<StatusMessage, 'error' | 'pricing' | 'conversation'> = {},
  ): void {
    const { simulation } = this
    const seen = simulation.seen(number, person)
    const told = { wamid, status, at: simulation.now(), echo, addressedBy, ...more }
    const value = statusValue(number, seen, told)
    simulation.world.counters.statuses++
    const tell = (told: Value) => simulation.deliver(number, simulation.routing.shared(number, told, sentBy))
    tell(value)
    const { faults, settings, timers, world } = simulation
    if (faults.happens('duplicateStatus')) timers.after(apartMs(settings), () => tell(value))
    if (faults.happens('unknownWamid'))
      tell(statusValue(number, seen, { ...told, wamid: world.newWamid(), echo: '' }))
  }
}
