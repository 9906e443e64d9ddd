import { failureOf } from '../delivery/failures.ts'
import { errorItem, inboundValue } from '../delivery/values.ts'
import type { Simulation, Written } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'
import { type Group, messagesMax } from './group.ts'

/**
 * A participant writes in a group; the wamid. It opens the group's window, in which the business may write freely to the
 * whole group. The participant's own window stays as it is: no source says that a message to many opens it. [?]
 */
export function writeInGroup(
  simulation: Simulation,
  number: PhoneNumber,
  group: Group,
  person: Customer,
  { type, content, text, quoted }: Written,
): string {
  const { world } = simulation
  const wamid = world.newWamid()
  const at = simulation.now()
  world.chats.wrote(number.id, group.id, at)
  group.messages.push({
    wamid,
    from: person.waId,
    at,
    type,
    text,
    content,
    state: 'sent',
    ...(quoted ? { quoted } : {}),
  })
  if (group.messages.length > messagesMax) group.messages.shift()
  world.counters.inbound++
  world.written.add({ wamid, phoneNumberId: number.id, from: person.waId, type, at })
  world.meter.countInbound(number.id, number.throughput, at)
  const groupId = group.id
  const value = inboundValue(number, simulation.seen(number, person), {
    wamid,
    at,
    type,
    content,
    contextWamid: quoted,
    groupId,
  })
  // What groups have and the API does not comes without its content. Source: Meta, "Group messaging", 130501.
  const [message] = value.messages as Record<string, unknown>[]
  if (type === 'unsupported' && message) message.errors = [errorItem(failureOf(130501))]
  simulation.emit(number, value)
  return wamid
}

/** A participant looks at the group, or away from it. */
export function lookAtGroup({ groups }: Simulation, group: Group, { waId }: Customer, isOpen: boolean): void {
  if (!isOpen) return void group.openBy.delete(waId)
  group.openBy.add(waId)
  groups.outbox.readAll(group, waId)
}
