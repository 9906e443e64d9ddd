import type { Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import { changeMessage } from '../world/message-changes.ts'
import { summaryOf } from '../world/summary.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { connectionValue, type DisconnectionReason, partnerRemovedValue } from './account-events.ts'
import type { PastPlan } from './past.ts'
import { syncContacts, syncHistory } from './sync.ts'
import { echoValue, stateSyncValue, unavailable } from './values.ts'

/** Messages per second of a number that an app holds as well; it never grows. Source: Meta, "Throughput". */
export const coexistenceThroughput = 20
/** Source: Meta, "Onboard WhatsApp Business app users". */
const syncWithinMs = 24 * 3_600_000

export const syncTypes = ['smb_app_state_sync', 'history'] as const
export type SyncType = (typeof syncTypes)[number]

interface OnApp {
  /** Unix ms. */
  onboardedAt: number
  sharesHistory: boolean
  plan: PastPlan
  asked: Set<SyncType>
  /** Customers whose first message has come. */
  met: Set<string>
}

/** Numbers that the owner's WhatsApp Business app and the API hold together. */
export class Coexistence {
  readonly #numbers = new Map<string, OnApp>()

  constructor(readonly simulation: Simulation) {}

  isOnApp(phoneNumberId: string): boolean {
    return this.#numbers.has(phoneNumberId)
  }

  /** The owner connects his app's number; both syncs may be asked for once, from now on. */
  onboard(number: PhoneNumber, plan: PastPlan, sharesHistory: boolean): void {
    const onboardedAt = this.simulation.now()
    this.#numbers.set(number.id, { onboardedAt, sharesHistory, plan, asked: new Set(), met: new Set() })
    this.simulation.changeNumber(number, { throughput: coexistenceThroughput, standing: 'good' })
  }

  /** Asked for one of the two syncs: the code of a refusal, or undefined and it begins. */
  sync(number: PhoneNumber, type: SyncType, origin: string): number | undefined {
    const own = this.#numbers.get(number.id)
    if (!own) return 100
    if (own.asked.has(type)) return 2593107
    if (this.simulation.now() - own.onboardedAt > syncWithinMs) return 2593108
    own.asked.add(type)
    if (type === 'history') syncHistory(this.simulation, number, own, origin)
    else syncContacts(this.simulation, number, own.plan)
    return undefined
  }

  /** The owner writes in the app, corrects a message there or deletes it for everyone; the wamid. */
  write(
    number: PhoneNumber,
    person: Customer,
    { type, content }: { type: string; content: unknown },
  ): string {
    const { simulation } = this
    const { chats } = simulation.world
    const wamid = simulation.world.newWamid()
    const at = simulation.now()
    const chat = chats.open(number.id, person.waId)
    if (type === 'edit' || type === 'revoke') {
      if (changeMessage(chat, type, content)) chats.changed(chat)
    } else {
      const state = person.isOffline ? 'sent' : 'delivered'
      chats.add(chat, { wamid, from: 'business', at, type, text: summaryOf(type, content), content, state })
    }
    simulation.emit(
      number,
      echoValue(number, simulation.seen(number, person), { wamid, at, type, content }),
      'smb_message_echoes',
    )
    return wamid
  }

  /** The owner keeps somebody in the address book, under a name, or takes him out. */
  keepContact(number: PhoneNumber, contact: Customer, action: 'add' | 'remove'): void {
    const { waId, name } = contact
    const [firstName = name] = name.split(' ')
    const person = {
      waId,
      userId: this.simulation.world.people.userIdOf(contact, number.businessId),
      fullName: name,
      firstName,
    }
    const value = stateSyncValue(number, action, [person], this.simulation.now())
    this.simulation.emit(number, value, 'smb_app_state_sync')
  }

  /** The app was not used for long, or moved to another phone: nothing goes through the API until it is back. */
  offboard(number: PhoneNumber): void {
    this.simulation.changeNumber(number, { standing: 'unregistered' })
    this.#tell(number, connectionValue(number, 'ACCOUNT_OFFBOARDED'))
  }

  reconnect(number: PhoneNumber): void {
    this.simulation.changeNumber(number, { standing: 'good' })
    this.#tell(number, connectionValue(number, 'ACCOUNT_RECONNECTED'))
  }

  /** The partner is out for good: Meta tells it of the portfolio, not of the account. */
  disconnect(number: PhoneNumber, reason: DisconnectionReason, initiatedBy: 'USER' | 'SYSTEM'): void {
    this.#numbers.delete(number.id)
    this.simulation.changeNumber(number, { standing: 'unregistered' })
    const value = partnerRemovedValue(number, reason, initiatedBy)
    this.#tell(number, value, { entryId: number.businessId })
  }

  /** What the API is told of a customer's message: of the first one perhaps only that it cannot be had (131060). */
  told(number: PhoneNumber, person: Customer, value: Value): Value {
    const own = this.#numbers.get(number.id)
    if (!own || own.met.has(person.waId)) return value
    own.met.add(person.waId)
    const { messages } = value
    if (this.simulation.settings.appFirstMessage === 'shown' || !Array.isArray(messages)) return value
    return { ...value, messages: messages.map(unavailable) }
  }

  #tell(number: PhoneNumber, value: Value, more: { entryId?: string } = {}): void {
    this.simulation.emit(number, value, 'account_update', Math.floor(this.simulation.now() / 1000), more)
  }
}
