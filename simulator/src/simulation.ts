import { Timers } from './delivery/timers.ts'
import { inboundValue, statusValue } from './delivery/values.ts'
import { Webhooks } from './delivery/webhooks.ts'
import { Faults } from './faults.ts'
import type { Chat, ChatMessage, Customer, PhoneNumber } from './world/types.ts'
import type { World } from './world/world.ts'

export interface SimulationSettings {
  /** How long Graph takes to answer a send. */
  latencyMs: number
  sentMs: number
  deliveredMs: number
  /** How long after delivery a customer reads who is not looking; null: never. */
  readMs: number | null
}

export interface Outbound {
  number: PhoneNumber
  person: Customer
  wamid: string
  echo: string
  at: number
  type: string
  text: string
  category: string
  needsWindow: boolean
}

interface Failure {
  code: number
  title: string
  details: string
}

/** The world in motion: what follows from a send, and what customers do. */
export class Simulation {
  readonly timers = new Timers()
  readonly faults: Faults
  readonly webhooks = new Map<string, Webhooks>()
  readonly tokens: Set<string>
  readonly settings: SimulationSettings = { latencyMs: 0, sentMs: 40, deliveredMs: 250, readMs: null }
  /** Sends whose read status waits for the customer to open the chat. */
  readonly #unread = new Map<string, Outbound[]>()

  constructor(
    readonly world: World,
    seed: number,
  ) {
    this.faults = new Faults(seed)
    for (const app of world.apps.values()) {
      this.webhooks.set(app.id, new Webhooks(app, world, this.timers, this.faults))
    }
    this.tokens = new Set([...world.numbers.values()].map((number) => number.token))
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.timers.after(ms, resolve))
  }

  /** A send that Graph has accepted: its statuses, and the message on the customer's phone. */
  outbound(send: Outbound): void {
    const failure = this.#failureOf(send)
    if (this.faults.happens('noStatus')) return
    if (failure) {
      this.timers.after(this.settings.sentMs, () => this.#status(send, 'failed', failure))
      return
    }
    const chat = this.world.chat(send.number.id, send.person.waId)
    const message: ChatMessage = {
      wamid: send.wamid,
      from: 'business',
      at: send.at,
      type: send.type,
      text: send.text,
      state: 'sent',
    }
    const { sentMs, deliveredMs, readMs } = this.settings
    const [first, second] = this.faults.happens('outOfOrder') ? [deliveredMs, sentMs] : [sentMs, deliveredMs]
    if (this.faults.happens('statusFirst')) this.#status(send, 'sent')
    else this.timers.after(first, () => this.#status(send, 'sent'))
    this.timers.after(second, () => {
      this.world.addMessage(chat, message)
      this.#status(send, 'delivered')
      if (chat.isOpen) this.timers.after(100, () => this.#read(chat, send))
      else if (readMs !== null) this.timers.after(readMs, () => this.#read(chat, send))
      else this.#remember(chat, send)
    })
  }

  /** A customer writes to a number. */
  inbound(
    number: PhoneNumber,
    person: Customer,
    type: string,
    content: unknown,
    text: string,
    quoted?: string,
  ): string {
    const wamid = this.world.newWamid()
    const at = Date.now()
    const chat = this.world.chat(number.id, person.waId)
    chat.lastInboundAt = at
    this.world.addMessage(chat, {
      wamid,
      from: 'customer',
      at,
      type,
      text,
      state: 'sent',
      ...(quoted ? { quoted } : {}),
    })
    this.world.counters.inbound += 1
    this.#emit(number, inboundValue(number, person, { wamid, at, type, content, contextWamid: quoted }))
    return wamid
  }

  /** The customer looks at the chat, or away from it. Looking reads what came since. */
  look(chat: Chat, isOpen: boolean): void {
    chat.isOpen = isOpen
    if (!isOpen) return
    const key = `${chat.phoneNumberId}/${chat.waId}`
    for (const send of this.#unread.get(key) ?? []) this.#read(chat, send)
    this.#unread.delete(key)
  }

  get pendingWebhooks(): number {
    return [...this.webhooks.values()].reduce((sum, webhooks) => sum + webhooks.pending, 0)
  }

  stop(): void {
    for (const webhooks of this.webhooks.values()) webhooks.stop()
    this.timers.stop()
  }

  #failureOf({ number, person, needsWindow, at }: Outbound): Failure | undefined {
    if (!person.isOnWhatsApp)
      return { code: 131026, title: 'Message undeliverable', details: 'Message Undeliverable.' }
    if (needsWindow && !this.world.isWindowOpen(number.id, person.waId, at)) {
      return {
        code: 131047,
        title: 'Re-engagement message',
        details:
          'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
      }
    }
    return undefined
  }

  #status(send: Outbound, status: 'sent' | 'delivered' | 'read' | 'failed', error?: Failure): void {
    this.world.counters.statuses += 1
    const { wamid, echo, category } = send
    this.#emit(
      send.number,
      statusValue(send.number, send.person, {
        wamid,
        status,
        at: Date.now(),
        echo,
        category,
        ...(error ? { error } : {}),
      }),
    )
  }

  #read(chat: Chat, send: Outbound): void {
    const message = chat.messages.find((shown) => shown.wamid === send.wamid)
    if (message) message.state = 'read'
    this.#status(send, 'read')
    this.world.changed(chat)
  }

  #remember(chat: Chat, send: Outbound): void {
    const key = `${chat.phoneNumberId}/${chat.waId}`
    const list = this.#unread.get(key)
    if (list) list.push(send)
    else this.#unread.set(key, [send])
  }

  #emit(number: PhoneNumber, value: Record<string, unknown>): void {
    this.webhooks.get(number.appId)?.add({ wabaId: number.wabaId, field: 'messages', value })
  }
}
