import { failureOf } from '../delivery/failures.ts'
import type { Outbound } from '../delivery/outbox.ts'
import type { StatusError, Value } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { type Group, messagesMax } from './group.ts'
import { type GroupStatus, groupStatusValue } from './values.ts'

/** A send to a group that Graph has accepted. */
export type GroupOutbound = Omit<Outbound, 'person' | 'pacing' | 'addressedBy' | 'answerMs' | 'ttlMs'> & {
  group: Group
}

/** What waits at a participant's phone; beyond these the oldest are forgotten. */
const waitingMax = 300
const glanceMs = 100

/** What becomes of messages to groups, participant by participant. */
export class GroupOutbox {
  /** By wa_id: for a phone that is off, and for an eye that looks at the group. */
  readonly #held = new Map<string, GroupOutbound[]>()
  readonly #unread = new Map<string, GroupOutbound[]>()

  constructor(readonly simulation: Simulation) {}

  accept(send: GroupOutbound): void {
    const { faults, settings, timers } = this.simulation
    if (faults.happens('noStatus')) return
    const { latencyMs, sentMs, deliveredMs } = settings
    const error = send.failure ?? this.#failureOf(send)
    const { wamid, echo, number, group } = send
    timers.after(latencyMs + sentMs, () =>
      this.#tell(number, group, error ? 'failed' : 'sent', [{ wamid, echo, ...(error ? { error } : {}) }]),
    )
    if (!error) timers.after(latencyMs + deliveredMs, () => this.#arrive(send))
  }

  /** A participant's phone is on again: what waited comes together. */
  online({ waId }: Customer): void {
    const held = this.#held.get(waId) ?? []
    this.#held.delete(waId)
    for (const [group, sends] of Map.groupBy(held, (send) => send.group)) {
      const [first] = sends
      if (!first || !group.participants.has(waId)) continue
      this.#delivered(
        first.number,
        group,
        sends.map((send) => ({ send, waId })),
      )
    }
  }

  /** A participant looks at the group: what came since is read, all of it in one webhook. */
  readAll(group: Group, waId: string): void {
    const unread = this.#unread.get(waId) ?? []
    const own = unread.filter((send) => send.group === group)
    this.#unread.set(
      waId,
      unread.filter((send) => send.group !== group),
    )
    const [first] = own
    if (first)
      this.#read(
        first.number,
        group,
        own.map((send) => ({ send, waId })),
      )
  }

  #failureOf({ number, group, needsWindow, at }: GroupOutbound): StatusError | undefined {
    if (number.standing === 'unpaid') return failureOf(131042)
    const isOpen = this.simulation.world.chats.isWindowOpen(number.id, group.id, at)
    return needsWindow && !isOpen ? failureOf(131047) : undefined
  }

  #arrive(send: GroupOutbound): void {
    const { group, number, wamid, shown } = send
    const { world } = this.simulation
    if (group.isDeleted) return
    group.messages.push({
      ...shown,
      wamid,
      from: 'business',
      at: this.simulation.now(),
      state: 'delivered',
    })
    if (group.messages.length > messagesMax) group.messages.shift()
    const reached: { send: GroupOutbound; waId: string }[] = []
    for (const waId of group.participants) {
      const person = world.customer(waId)
      if (person.blocks) continue
      if (person.isOffline) keep(this.#held, waId, send)
      else reached.push({ send, waId })
    }
    this.#delivered(number, group, reached)
  }

  #delivered(number: PhoneNumber, group: Group, reached: { send: GroupOutbound; waId: string }[]): void {
    const { settings, timers, faults, world } = this.simulation
    const rows = reached.map(({ send, waId }) => ({
      ...this.#rowOf(send, waId),
      pricing: this.#priceOf(send),
    }))
    if (!faults.happens('readOnly')) this.#tell(number, group, 'delivered', rows)
    const looking = reached.filter(({ waId }) => group.openBy.has(waId))
    timers.after(glanceMs, () => this.#read(number, group, looking))
    const others = reached.filter(({ waId }) => !group.openBy.has(waId))
    if (settings.readMs !== null) timers.after(settings.readMs, () => this.#read(number, group, others))
    else for (const { send, waId } of others) keep(this.#unread, waId, send)
    for (const { waId } of reached) this.simulation.arrived(number, world.customer(waId))
  }

  #read(number: PhoneNumber, group: Group, seen: { send: GroupOutbound; waId: string }[]): void {
    const { world } = this.simulation
    const told = seen.filter(({ waId }) => world.customer(waId).tellsRead)
    for (const { send } of seen) {
      const message = group.messages.find(({ wamid }) => wamid === send.wamid)
      if (message) message.state = 'read'
    }
    this.#tell(
      number,
      group,
      'read',
      told.map(({ send, waId }) => this.#rowOf(send, waId)),
    )
  }

  #rowOf = ({ wamid, echo, number }: GroupOutbound, waId: string): GroupStatus => ({
    wamid,
    echo,
    person: this.simulation.seen(number, this.simulation.world.customer(waId)),
  })

  /** Per participant; the free service messages of the month are counted with those to single people. */
  #priceOf({ number, category, at }: GroupOutbound): Value {
    return this.simulation.outbox.prices.groupPriceOf(number.id, category, at)
  }

  #tell(
    number: PhoneNumber,
    group: Group,
    status: 'sent' | 'delivered' | 'read' | 'failed',
    rows: GroupStatus[],
  ): void {
    if (rows.length === 0) return
    const { simulation } = this
    const { faults, settings, timers, world } = simulation
    const value = groupStatusValue(number, group, status, simulation.now(), rows)
    world.counters.statuses += rows.length
    simulation.emit(number, value)
    if (faults.happens('duplicateStatus'))
      timers.after(settings.webhookLingerMs * 2 + 10, () => simulation.emit(number, value))
  }
}

function keep(lists: Map<string, GroupOutbound[]>, waId: string, send: GroupOutbound): void {
  const list = lists.get(waId) ?? []
  list.push(send)
  if (list.length > waitingMax) list.shift()
  lists.set(waId, list)
}
