import { titleOf } from '@palomar/cloud-api'
import type { Simulation } from '../simulation.ts'
import { chatKey } from '../world/chats.ts'
import type { Chat, ChatMessage, Customer, PhoneNumber } from '../world/types.ts'
import { PriceList } from './pricing.ts'
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
  /** What the send named. */
  addressedBy: 'phone' | 'user_id'
  /** What it fails with whoever it is for: a file that Meta could not get. */
  failure?: StatusError
  /** Pacing: held for a while, or held and then dropped. */
  pacing?: 'held' | 'dropped'
  /** What the phone will show. */
  shown: Pick<ChatMessage, 'type' | 'text' | 'content' | 'template' | 'quoted'>
}

/** Reads that wait for a customer to look; beyond these the oldest are never read. */
const unreadMax = 300
const chatsWithUnreadMax = 2_000
/** From a message on an open screen to its read receipt. */
const glanceMs = 100

const failureDetails: Readonly<Record<number, string>> = {
  131026: 'Message Undeliverable.',
  131042: 'Message failed to send because there were one or more errors related to your payment method.',
  131047:
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  131048:
    'Message failed to send because there are restrictions on how many messages can be sent from this phone number.',
  131049: 'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.',
  131050: 'This user has stopped marketing messages from this business.',
}

export function failureOf(code: number): StatusError {
  return { code, title: titleOf(code), details: failureDetails[code] ?? titleOf(code) }
}

/** What becomes of accepted messages: their statuses, and their place on the customer's phone. */
export class Outbox {
  readonly prices = new PriceList()
  readonly #unread = new Map<string, Outbound[]>()
  /** Waiting for a phone that is off. */
  readonly #held = new Map<Customer, (() => void)[]>()

  constructor(readonly simulation: Simulation) {}

  accept(send: Outbound): void {
    const { faults, settings, timers } = this.simulation
    if (faults.happens('noStatus')) return
    // Statuses follow the answer, except where a fault says otherwise.
    const answeredMs = settings.latencyMs + (send.pacing ? settings.heldMs : 0)
    const failure = send.failure ?? (send.pacing === 'dropped' ? failureOf(132015) : this.#failureOf(send))
    if (failure) {
      timers.after(answeredMs + settings.sentMs, () => this.#status(send, 'failed', { error: failure }))
      return
    }
    const pricing = this.prices.priceOf(send.number.id, send.category, send.at)
    const isSwapped = faults.happens('outOfOrder')
    const sentMs = isSwapped ? settings.deliveredMs : settings.sentMs
    const deliveredMs = isSwapped ? settings.sentMs : settings.deliveredMs
    if (faults.happens('statusFirst')) this.#status(send, 'sent', { pricing })
    else timers.after(answeredMs + sentMs, () => this.#status(send, 'sent', { pricing }))
    // A reaction is never reported beyond that.
    if (send.shown.type === 'reaction') {
      timers.after(answeredMs + deliveredMs, () => this.#react(send))
      return
    }
    if (faults.happens('lateFailure')) {
      timers.after(answeredMs + deliveredMs, () => this.#status(send, 'failed', { error: failureOf(131049) }))
      return
    }
    timers.after(answeredMs + deliveredMs, () => this.#arrive(send, pricing))
  }

  /** The customer's phone is on again. */
  online(person: Customer): void {
    const held = this.#held.get(person) ?? []
    this.#held.delete(person)
    for (const arrive of held) arrive()
  }

  /** The customer opens the chat. */
  readAll(chat: Chat): void {
    const key = chatKey(chat.phoneNumberId, chat.waId)
    const unread = this.#unread.get(key) ?? []
    this.#unread.delete(key)
    for (const send of unread) this.#read(chat, send)
  }

  /** The customer's chats have gone to another number of theirs. */
  moved(phoneNumberId: string, from: string, to: string): void {
    const unread = this.#unread.get(chatKey(phoneNumberId, from))
    this.#unread.delete(chatKey(phoneNumberId, from))
    if (unread) this.#unread.set(chatKey(phoneNumberId, to), unread)
  }

  #failureOf({ number, person, needsWindow, category, at }: Outbound): StatusError | undefined {
    const { chats, portfolios } = this.simulation.world
    if (number.standing === 'unpaid') return failureOf(131042)
    if (!person.isOnWhatsApp || person.blocks) return failureOf(131026)
    if (category === 'marketing' && person.stopsMarketing) return failureOf(131050)
    const isOpen = chats.isWindowOpen(number.id, person.waId, at)
    if (needsWindow && !isOpen) return failureOf(131047)
    if (!isOpen && !portfolios.mayReach(number.businessId, person.waId, at)) return failureOf(131048)
    return undefined
  }

  #arrive(send: Outbound, pricing: Value): void {
    const { person } = send
    if (person.isGone) return
    if (person.isOffline) {
      const held = this.#held.get(person) ?? []
      held.push(() => this.#arrive(send, pricing))
      this.#held.set(person, held)
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
    if (!faults.happens('readOnly')) this.#status(send, 'delivered', { pricing })
    if (chat.isOpen) timers.after(glanceMs, () => this.#read(chat, send))
    else if (settings.readMs !== null) timers.after(settings.readMs, () => this.#read(chat, send))
    else this.#remember(chat, send)
  }

  #react(send: Outbound): void {
    const { world } = this.simulation
    const chat = world.chats.find(send.number.id, send.person.waId)
    const { message_id, emoji } = send.shown.content as { message_id?: string; emoji?: string }
    const message = chat?.messages.find(({ wamid }) => wamid === message_id)
    if (!chat || !message) return
    if (emoji) message.reaction = emoji
    else delete message.reaction
    world.chats.changed(chat)
  }

  #read(chat: Chat, send: Outbound): void {
    const message = chat.messages.find(({ wamid }) => wamid === send.wamid)
    if (message) message.state = 'read'
    if (send.person.tellsRead) this.#status(send, 'read')
    this.simulation.world.chats.changed(chat)
  }

  #remember(chat: Chat, send: Outbound): void {
    const key = chatKey(chat.phoneNumberId, chat.waId)
    const list = this.#unread.get(key) ?? []
    list.push(send)
    if (list.length > unreadMax) list.shift()
    this.#unread.set(key, list)
    const [oldest] = this.#unread.keys()
    if (this.#unread.size > chatsWithUnreadMax && oldest !== undefined) this.#unread.delete(oldest)
  }

  #status(
    { number, person, wamid, echo, addressedBy }: Outbound,
    status: StatusMessage['status'],
    more: Pick<StatusMessage, 'error' | 'pricing'> = {},
  ): void {
    const { simulation } = this
    const seen = simulation.seen(number, person)
    const value = statusValue(number, seen, {
      wamid,
      status,
      at: simulation.now(),
      echo,
      addressedBy,
      ...more,
    })
    simulation.world.counters.statuses++
    simulation.emit(number, value)
    if (simulation.faults.happens('duplicateStatus')) {
      // Late enough to travel in another body.
      const gapMs = simulation.settings.webhookLingerMs * 2 + 10
      simulation.timers.after(gapMs, () => simulation.emit(number, value))
    }
  }
}
