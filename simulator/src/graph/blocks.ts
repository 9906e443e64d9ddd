import { titleOf } from '@palomar/cloud-api'
import { dialled } from '../people/dial.ts'
import type { Customer } from '../world/types.ts'
import { graphError, graphJson } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf } from './params.ts'

const usersMax = 1_000
const pageMax = 100
const recentMs = 24 * 3_600_000

/** GET /{phone-number-id}/block_users, paged. */
export function listBlocked({ simulation, id, url }: Call): Response {
  const all = [...simulation.world.stateOf(id).blocked.values()]
  const after = Number(atob(url.searchParams.get('after') ?? 'MA==')) || 0
  const end = Math.min(all.length, after + (Number(url.searchParams.get('limit')) || pageMax))
  return graphJson({
    data: all.slice(after, end).map((waId) => ({ messaging_product: 'whatsapp', wa_id: waId })),
    paging: { cursors: { before: btoa(String(after)), after: btoa(String(end)) } },
  })
}

/** POST or DELETE /{phone-number-id}/block_users: only who wrote in the last 24 hours can be blocked. */
export async function changeBlocked(call: Call): Promise<Response> {
  const { block_users } = await paramsOf(call)
  if (!Array.isArray(block_users) || block_users.length === 0 || block_users.length > usersMax)
    return graphError({ code: 100, details: `block_users takes 1 to ${usersMax} users` })
  const isBlocking = call.request.method === 'POST'
  const done: object[] = []
  const failed: object[] = []
  for (const one of block_users as { user?: string; user_id?: string }[]) {
    const input = one.user ?? one.user_id ?? ''
    const person = personOf(call, one)
    const problem = person ? problemWith(call, person, isBlocking) : 'This is nobody on WhatsApp.'
    if (!person || problem) {
      const message = titleOf(131021)
      failed.push({ input, errors: [{ message, code: 131021, error_data: { details: problem } }] })
      continue
    }
    const { blocked } = call.simulation.world.stateOf(call.id)
    if (isBlocking) blocked.set(person.waId, person.waId)
    else blocked.delete(person.waId)
    done.push({ input, wa_id: person.waId, user_id: userIdOf(call, person) })
  }
  const lists = {
    [isBlocking ? 'added_users' : 'removed_users']: done,
    ...(failed.length > 0 ? { failed_users: failed } : {}),
  }
  const error = { message: '(#139100) Failed to block/unblock users', type: 'OAuthException', code: 139100 }
  return graphJson({
    messaging_product: 'whatsapp',
    block_users: lists,
    ...(failed.length > 0 ? { error } : {}),
  })
}

function personOf({ simulation, id }: Call, { user, user_id }: { user?: string; user_id?: string }) {
  const number = simulation.world.numbers.get(id)
  if (user && number) return dialled(simulation.world, number, user)
  return user_id ? simulation.world.customerByUserId(user_id, number?.businessId) : undefined
}

const userIdOf = ({ simulation: { world }, id }: Call, person: Customer): string =>
  world.people.userIdOf(person, world.numbers.get(id)?.businessId ?? '')

function problemWith({ simulation, id }: Call, { waId }: Customer, isBlocking: boolean): string | undefined {
  if (!isBlocking) return undefined
  const at = simulation.world.chats.lastInboundAt(id, waId)
  if (at !== undefined && simulation.now() - at < recentMs) return undefined
  return 'Only users who have messaged the business in the last 24 hours can be blocked.'
}
