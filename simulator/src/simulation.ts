import { deliverWithCompanions } from './anomalies/companions.ts'
import { distort } from './anomalies/distort.ts'
import { Calls } from './calls/calls.ts'
import { withPermission } from './calls/permission-replies.ts'
import { Coexistence } from './coexistence/coexistence.ts'
import type { Crowd } from './crowd.ts'
import { Announcements, type Sending } from './delivery/announcements.ts'
import { type Outbound, Outbox } from './delivery/outbox.ts'
import { Timers } from './delivery/timers.ts'
import {
  inboundValue,
  preferenceValue,
  qualityValue,
  restrictionValue,
  type Value,
} from './delivery/values.ts'
import { Faults } from './faults.ts'
import { Flows } from './flows/flows.ts'
import { Groups } from './groups/groups.ts'
import { LimitGrowth } from './limits/growth.ts'
import { Files } from './media/files.ts'
import type { NamedFile } from './media/named-files.ts'
import { checksIdentity } from './people/identity.ts'
import type { Seen } from './people/people.ts'
import { noteReaction } from './people/reactions.ts'
import { VoiceNotes } from './people/voice-notes.ts'
import { type Delivery, Routing } from './routing/routing.ts'
import { defaultSettings, type Settings } from './settings.ts'
import { Templates } from './templates/templates.ts'
import type { Destination } from './world/accounts.ts'
import { Lag } from './world/lag.ts'
import { changeMessage, react } from './world/message-changes.ts'
import type { Chat, Customer, PhoneNumber } from './world/types.ts'
import type { World } from './world/world.ts'

const problemsMax = 100
/** What says something about another message. */
const changesOthers = new Set(['reaction', 'edit', 'revoke'])

export interface Written {
  type: string
  content: unknown
  /** One line of what it says. */
  text: string
  quoted?: string | undefined
  referral?: Record<string, unknown> | undefined
}

/** The world in motion: what follows from a send, and what customers do. */
export class Simulation {
  readonly timers: Timers
  readonly lag = new Lag()
  readonly faults: Faults
  readonly settings: Settings
  readonly outbox: Outbox
  readonly templates = new Templates(this)
  readonly growth = new LimitGrowth(this)
  readonly flows = new Flows(this)
  readonly coexistence = new Coexistence(this)
  readonly routing = new Routing(this)
  readonly calls: Calls
  readonly groups: Groups
  readonly files: Files
  readonly voiceNotes = new VoiceNotes(this)
  readonly crowds = new Map<string, Crowd>()
  /** What went wrong where nobody waits for an answer; the latest. */
  readonly problems: string[] = []
  readonly announcements: Announcements

  constructor(
    readonly world: World,
    seed: number,
    settings: Partial<Settings> = {},
  ) {
    this.timers = new Timers(world.clock)
    this.faults = new Faults(seed)
    this.settings = { ...defaultSettings, ...settings }
    this.announcements = new Announcements(world, this.settings, this.timers, this.faults)
    this.outbox = new Outbox(this)
    this.calls = new Calls(this)
    this.groups = new Groups(this)
    this.files = new Files(this)
  }

  /** What time it is in this world. */
  now(): number {
    return this.world.clock.now()
  }

  /** Virtual time passes, and what falls due meanwhile happens. */
  advance(ms: number): Promise<void> {
    const settled = async () => {
      await this.files.idle()
      await this.announcements.idle()
    }
    return this.timers.advance(ms, settled)
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.timers.after(ms, resolve))
  }

  /** Its links are fetched first. */
  accept(send: Outbound, files: readonly NamedFile[] = []): void {
    this.files.prepare(send, files, () => this.outbox.accept(send))
  }

  /** A customer writes to a number; the wamid. */
  write(number: PhoneNumber, person: Customer, written: Written): string {
    const { type, text, quoted, referral } = written
    const content = withPermission(this, number, person, type, written.content)
    const { world } = this
    const wamid = world.newWamid()
    const at = this.now()
    const chat = world.chats.open(number.id, person.waId)
    if (type === 'reaction') {
      noteReaction(chat, wamid)
      if (react(chat, content)) world.chats.changed(chat)
    }
    // Neither opens a window.
    else if (type === 'edit' || type === 'revoke') {
      if (changeMessage(chat, type, content)) world.chats.changed(chat)
    } else {
      world.chats.wrote(number.id, person.waId, at)
      world.chats.add(chat, {
        wamid,
        from: 'customer',
        at,
        type,
        text,
        content,
        state: 'sent',
        ...(quoted ? { quoted } : {}),
      })
    }
    if (referral) world.entryPoints.clicked(number.id, person.waId, at)
    world.counters.inbound++
    world.written.add({ wamid, phoneNumberId: number.id, from: person.waId, type, at })
    world.meter.countInbound(number.id, number.throughput, at)
    const seen = this.seen(number, person)
    if (!seen.hidesPhone) this.met(number, person)
    const whole = inboundValue(number, seen, { wamid, at, type, content, contextWamid: quoted, referral })
    const value = this.coexistence.told(number, person, whole)
    distort(value, this.faults)
    this.routing.wrote(number, person)
    const deliver = () => this.deliver(number, this.routing.deliveries(number, value, person))
    if (changesOthers.has(type)) deliver()
    else deliverWithCompanions(this, { number, person, wamid, deliver })
    return wamid
  }

  /** The customer looks at the chat, or away from it. Looking reads what came since. */
  look(chat: Chat, isOpen: boolean): void {
    chat.isOpen = isOpen
    if (isOpen) this.outbox.readAll(chat)
  }

  /** The business has read a customer's message, and with it all before; false when there is no such message. */
  readByBusiness(phoneNumberId: string, wamid: string, typingMs: number): boolean {
    if (this.groups.readByBusiness(phoneNumberId, wamid)) return true
    for (const chat of this.world.chats.latest(Number.POSITIVE_INFINITY)) {
      if (chat.phoneNumberId !== phoneNumberId) continue
      const at = chat.messages.findIndex((message) => message.wamid === wamid && message.from === 'customer')
      if (at < 0) continue
      for (const message of chat.messages.slice(0, at + 1))
        if (message.from === 'customer') message.state = 'read'
      if (typingMs > 0) chat.typingUntil = this.now() + typingMs
      this.world.chats.changed(chat)
      return true
    }
    return false
  }

  changeCustomer(person: Customer, change: Partial<Omit<Customer, 'waId' | 'userId'>>): void {
    const before = { ...person }
    Object.assign(person, change)
    this.world.addCustomer(person)
    if (before.isOffline && !person.isOffline) {
      this.outbox.online(person)
      this.groups.outbox.online(person)
    }
    if (before.stopsMarketing === person.stopsMarketing) return
    for (const chat of this.world.chats.latest(Number.POSITIVE_INFINITY)) {
      const number = this.world.numbers.get(chat.phoneNumberId)
      if (chat.waId === person.waId && number)
        this.emit(number, preferenceValue(number, this.seen(number, person), this.now()), 'user_preferences')
    }
  }

  /** A person as the number's webhooks tell of them. */
  seen(number: PhoneNumber, person: Customer): Seen {
    return this.world.people.seenBy(number, person, this.now(), checksIdentity(this.world, number.id))
  }

  /** A message went between them in which the phone number was known. Strangers of a load test are not kept. */
  met(number: PhoneNumber, person: Customer): void {
    const { customers, people } = this.world
    if (customers.get(person.waId) !== person) return
    people.acquaintances.met(number, person, this.now(), this.settings.contactBook)
  }

  /** When an address of a file that is told now will be over: in five minutes, or at once. */
  mediaEndsAt(): number {
    return this.now() + (this.faults.happens('expiredMedia') ? -1_000 : 5 * 60_000)
  }

  problem(text: string): void {
    this.problems.push(text)
    if (this.problems.length > problemsMax) this.problems.shift()
  }

  /** A message is on a customer's phone. */
  arrived(number: PhoneNumber, person: Customer): void {
    for (const crowd of this.crowds.values()) crowd.reached(number, person.waId)
  }

  /** Random digits that a callback must give back. */
  challenge(): string {
    return String(Math.floor(this.faults.random() * 1e10))
  }

  /** Meta tells the account of a number's new quality or of a restriction. */
  changeNumber(number: PhoneNumber, change: Partial<PhoneNumber>): void {
    const before = { ...number }
    Object.assign(number, change)
    const now = Math.floor(this.now() / 1000)
    if (before.quality !== number.quality)
      this.emit(
        number,
        qualityValue(number, before.quality, this.world.portfolios.tierOf(number.businessId)),
        'phone_number_quality_update',
        now,
      )
    const isLocked = (standing: PhoneNumber['standing']) => standing === 'locked'
    if (isLocked(before.standing) !== isLocked(number.standing))
      this.emit(number, restrictionValue(isLocked(number.standing), now), 'account_update', now)
  }

  /** Tells everybody who hears of a number. */
  emit(number: PhoneNumber, value: Value, field = 'messages', time?: number, more: Sending = {}): void {
    const to = this.audience(number, field).map((each) => ({ ...each, field, value }))
    this.deliver(number, to, { ...more, time })
  }

  deliver(number: PhoneNumber, deliveries: readonly Delivery[], sending?: Sending): void {
    this.announcements.deliver(number, deliveries, sending)
  }

  /** Whether an app is subscribed to this field of the number's account. */
  hears(number: PhoneNumber, field: string): boolean {
    return this.audience(number, field).length > 0
  }

  /** Subscribed apps that hear of this field, and where. */
  audience(number: PhoneNumber, field: string): Destination[] {
    return this.announcements.audience(number, field)
  }

  stop(): void {
    this.announcements.stop()
    this.timers.stop()
    this.lag.stop()
  }
}
