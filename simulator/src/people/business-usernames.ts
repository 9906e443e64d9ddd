import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'

/** Source: Meta, "Business usernames"; BSPs’ copies of its rules and codes. */
const form = /^(?=.*[a-z])(?!www)(?!.*\.\.)[a-z0-9_](?:[a-z0-9._]{1,33})[a-z0-9_]$/
const domain = /\.(?:com|org|net|edu|gov|mil|us|in|html)$/

export interface BusinessUsername {
  username: string
  status: 'approved' | 'reserved'
}

/** GET /{phone-number-id}/username: without one the key is left out. */
export const getUsername = ({ simulation, id }: Call): Response =>
  graphJson(simulation.world.people.usernames.get(id) ?? {})

/** GET /{phone-number-id}/username_suggestions. */
export function suggestUsernames({ simulation, id }: Call): Response {
  const name = simulation.world.numbers.get(id)?.verifiedName ?? ''
  const plain = name.normalize('NFD').toLowerCase()
  const words = plain.replace(/[^a-z0-9 ]/g, '').trim()
  const suggestions = [
    words.replace(/ +/g, '_'),
    words.replace(/ +/g, ''),
    `${words.replace(/ +/g, '.')}_oficial`,
  ]
  const free = suggestions.filter((each) => form.test(each) && !ownerOf(simulation, each))
  return graphJson({ data: [{ username_suggestions: [...new Set(free)] }] })
}

/** POST /{phone-number-id}/username `{username, transfer_action?}`: claimed, changed, or moved from another number of the portfolio. */
export async function claimUsername(call: Call): Promise<Response> {
  const { simulation, id } = call
  const { world } = simulation
  const params = await paramsOf(call)
  const username = textOf(params.username).toLowerCase()
  const number = world.numbers.get(id)
  if (!number || !form.test(username) || domain.test(username))
    return graphError({
      code: 100,
      details: 'username has 3 to 35 of a-z, 0-9, period and underscore, and a letter.',
    })
  const isForced = params.transfer_action === 'force_transfer'
  if (!['', 'none', 'force_transfer'].includes(textOf(params.transfer_action)))
    return graphError({ code: 100, details: 'transfer_action is none or force_transfer.' })
  if (number.standing !== 'good') return graphError({ code: 147002, details: 'This number is not eligible.' })
  const heldBy = world.people.heldUsernames.get(username)
  if (heldBy)
    return graphError({ code: heldBy === 'facebook' ? 147003 : 147004, details: `It is taken on ${heldBy}.` })
  const owner = ownerOf(simulation, username)
  if (owner && owner.id !== id) {
    if (owner.businessId !== number.businessId)
      return graphError({ code: 147001, details: 'This username is not available.' })
    if (!isForced)
      return graphError({ code: 147005, details: 'Another number of the portfolio has it: transfer it.' })
    world.people.usernames.delete(owner.id)
    tellUsername(simulation, owner)
  }
  const status = simulation.settings.businessUsername
  world.people.usernames.set(id, { username, status })
  tellUsername(simulation, number)
  return graphJson({ status })
}

/** DELETE /{phone-number-id}/username */
export function giveUpUsername({ simulation, id }: Call): Response {
  const number = simulation.world.numbers.get(id)
  if (number && simulation.world.people.usernames.delete(id)) tellUsername(simulation, number)
  return graphJson({ success: true })
}

function ownerOf({ world }: Simulation, username: string): PhoneNumber | undefined {
  for (const [id, known] of world.people.usernames)
    if (known.username === username) return world.numbers.get(id)
  return undefined
}

/** `business_username_updates`: what it is now; without a username it is deleted. */
export function tellUsername(simulation: Simulation, number: PhoneNumber): void {
  const known = simulation.world.people.usernames.get(number.id)
  const value = {
    display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
    ...(known ? { username: known.username } : {}),
    status: known?.status ?? 'deleted',
  }
  simulation.emit(number, value, 'business_username_updates', Math.floor(simulation.now() / 1000))
}
