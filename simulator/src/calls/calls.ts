import type { StatusError } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import { chatKey } from '../world/chats.ts'
import { Tally } from '../world/tally.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { usesSip } from './calling.ts'
import { CallPermissions } from './permissions.ts'
import { tellOfRecordings } from './recordings.ts'
import { CallRestrictions } from './restrictions.ts'
import { callStatusValue, connectValue, terminateValue } from './values.ts'
import { type Session, sampleSession, type VoiceCall } from './voice-call.ts'

/** Calls that are over and still known, so that who acts on one hears that it is over. */
const endedMax = 2_000

/** The calls of the world: who rings, who speaks, and what Meta tells of it. */
export class Calls {
  readonly permissions: CallPermissions
  readonly restrictions: CallRestrictions
  /** Per number: calls that the business began, and its questions about permissions. */
  readonly begun = new Tally()
  readonly lookups = new Tally()
  readonly #live = new Map<string, VoiceCall>()
  readonly #byPair = new Map<string, VoiceCall>()
  readonly #ended = new Map<string, VoiceCall>()
  #sequence = 0

  constructor(readonly simulation: Simulation) {
    this.permissions = new CallPermissions(simulation.settings)
    this.restrictions = new CallRestrictions(simulation)
  }

  find(id: string): VoiceCall | undefined {
    return this.#live.get(id) ?? this.#ended.get(id)
  }

  /** The call that is under way between the two. */
  between(phoneNumberId: string, waId: string): VoiceCall | undefined {
    return this.#byPair.get(chatKey(phoneNumberId, waId))
  }

  countOf(phoneNumberId: string): number {
    let count = 0
    for (const call of this.#live.values()) if (call.phoneNumberId === phoneNumberId) count++
    return count
  }

  /**
   * Rings, until somebody takes it or `callRingMs` is over. A customer's call opens the window whatever becomes of it:
   * Meta says of accepted and of missed calls that they do.
   */
  begin(
    number: PhoneNumber,
    person: Customer,
    how: Pick<VoiceCall, 'direction' | 'echo' | 'deeplinkPayload' | 'ctaPayload' | 'kept'>,
    session: Session,
  ): VoiceCall {
    const { simulation } = this
    const { timers, settings, world } = simulation
    const place = { phoneNumberId: number.id, waId: person.waId }
    const call: VoiceCall = {
      ...how,
      ...place,
      id: this.#newId(person),
      state: 'ringing',
      startedAt: simulation.now(),
    }
    this.#live.set(call.id, call)
    this.#byPair.set(chatKey(number.id, person.waId), call)
    const isTheirs = how.direction === 'USER_INITIATED'
    if (isTheirs) world.chats.called(number.id, person.waId, call.startedAt)
    // Who has called, or was called at, a number is known by it to the other for thirty days.
    if (!simulation.seen(number, person).hidesPhone) simulation.met(number, person)
    const chat = world.chats.open(number.id, person.waId)
    world.chats.add(chat, {
      wamid: call.id,
      from: isTheirs ? 'customer' : 'business',
      at: call.startedAt,
      type: 'call',
      text: '',
      content: call,
      state: 'sent',
    })
    const isSip = usesSip(simulation, number)
    const tell = () => {
      if (isSip && !settings.sipWebhooks) return
      const seen = simulation.seen(number, person)
      simulation.emit(number, connectValue(number, seen, call, isSip ? undefined : session), 'calls')
    }
    // The business hears of its own call after Graph's answer.
    if (isTheirs) tell()
    else timers.after(settings.latencyMs + settings.sentMs, tell)
    if (!isTheirs && !person.isOffline)
      timers.after(settings.latencyMs + settings.deliveredMs, () => {
        if (call.state === 'ringing') this.#tell(number, person, call, 'RINGING')
      })
    timers.after(settings.callRingMs, () => {
      if (call.state === 'ringing') this.end(call)
    })
    return call
  }

  /** Somebody takes it. */
  take(call: VoiceCall): void {
    const { simulation } = this
    const sides = this.#sidesOf(call)
    if (call.state !== 'ringing' || !sides) return
    call.state = 'connected'
    call.connectedAt = simulation.now()
    const isBusiness = call.direction === 'BUSINESS_INITIATED'
    this.permissions.connected(call.phoneNumberId, call.waId, call.connectedAt, isBusiness)
    if (isBusiness) this.#tell(sides.number, sides.person, call, 'ACCEPTED')
    this.#changed(call)
  }

  /** Whoever is called will not take it. */
  refuse(call: VoiceCall, refusedBy: NonNullable<VoiceCall['refusedBy']>): void {
    const sides = this.#sidesOf(call)
    if (call.state !== 'ringing' || !sides) return
    call.refusedBy = refusedBy
    if (refusedBy === 'customer') this.#tell(sides.number, sides.person, call, 'REJECTED')
    this.end(call)
  }

  /** Over: hung up, missed, refused, or broken off by `error`. */
  end(call: VoiceCall, error?: StatusError): void {
    const { simulation } = this
    const sides = this.#sidesOf(call)
    if (call.state === 'ended' || !sides) return
    call.state = 'ended'
    call.endedAt = simulation.now()
    this.#live.delete(call.id)
    this.#byPair.delete(chatKey(call.phoneNumberId, call.waId))
    this.#ended.set(call.id, call)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > endedMax && oldest !== undefined) this.#ended.delete(oldest)
    if (call.direction === 'BUSINESS_INITIATED' && call.connectedAt === undefined)
      this.permissions.unanswered(call.phoneNumberId, call.waId)
    const { missedCallStatus } = simulation.settings
    const status = error ? 'FAILED' : call.connectedAt === undefined ? missedCallStatus : 'COMPLETED'
    const { number, person } = sides
    const value = terminateValue(number, simulation.seen(number, person), call, status, error)
    if (simulation.settings.sipWebhooks || !usesSip(simulation, number))
      simulation.emit(number, value, 'calls')
    tellOfRecordings(simulation, number, call)
    this.#changed(call)
  }

  /** Meta's own answer to a business's offer, for its media server. */
  readonly answer = (): Session => sampleSession('answer')

  #tell(number: PhoneNumber, person: Customer, call: VoiceCall, status: 'RINGING' | 'ACCEPTED' | 'REJECTED') {
    const { simulation } = this
    const seen = simulation.seen(number, person)
    simulation.emit(number, callStatusValue(number, seen, call, status, simulation.now()), 'calls')
  }

  #changed({ phoneNumberId, waId }: VoiceCall): void {
    const { chats } = this.simulation.world
    const chat = chats.find(phoneNumberId, waId)
    if (chat) chats.changed(chat)
  }

  #sidesOf({ phoneNumberId, waId }: VoiceCall): { number: PhoneNumber; person: Customer } | undefined {
    const { world } = this.simulation
    const number = world.numbers.get(phoneNumberId)
    return number && { number, person: world.customer(waId) }
  }

  /** `wacid.` and base64, as Meta's; opaque and never given twice. */
  #newId({ waId }: Customer): string {
    this.#sequence += 1
    const era = this.simulation.world.newWamid().slice(6)
    return `wacid.${btoa(`${waId.slice(-4)}.${era}.${this.#sequence.toString(36)}`)}`
  }
}
