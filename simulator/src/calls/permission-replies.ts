import { inboundValue } from '../delivery/values.ts'
import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'

/** A customer lets a number call, for a time or for good, or takes that back; the business is told on `messages`. */
export function givePermission(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  how: {
    contextId?: string
    source: 'user_action' | 'automatic'
    isPermanent?: boolean
    isRefused?: boolean
  },
): string {
  const { world } = simulation
  const wamid = world.newWamid()
  const at = simulation.now()
  const content = replyOf(simulation, number, person, how)
  world.counters.inbound++
  world.written.add({ wamid, phoneNumberId: number.id, from: person.waId, type: 'interactive', at })
  simulation.emit(
    number,
    inboundValue(number, simulation.seen(number, person), {
      wamid,
      at,
      type: 'interactive',
      content,
      contextWamid: how.contextId,
    }),
  )
  return wamid
}

/** Notes what the customer decided, and says it as Meta does. */
function replyOf(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  { source, isPermanent = false, isRefused = false }: Parameters<typeof givePermission>[3],
) {
  const { permissions } = simulation.calls
  const response_source = source
  if (isRefused) {
    permissions.take(number.id, person.waId)
    const call_permission_reply = { response: 'reject', is_permanent: false, response_source }
    return { type: 'call_permission_reply', call_permission_reply }
  }
  const expiresAt = permissions.give(number.id, person.waId, simulation.now(), isPermanent)
  const call_permission_reply = {
    response: 'accept',
    is_permanent: isPermanent,
    ...(expiresAt === undefined ? {} : { expiration_timestamp: Math.floor(expiresAt / 1000) }),
    response_source,
  }
  return { type: 'call_permission_reply', call_permission_reply }
}

/** A message that a customer writes, whole: the answer to a request for permission takes effect, and says for how long. */
export function withPermission(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  type: string,
  content: unknown,
): unknown {
  if (type !== 'interactive') return content
  const { call_permission_reply: reply } = (content ?? {}) as {
    call_permission_reply?: { response?: string; is_permanent?: boolean }
  }
  if (!reply) return content
  return replyOf(simulation, number, person, {
    source: 'user_action',
    isPermanent: reply.is_permanent === true,
    isRefused: reply.response === 'reject',
  })
}
