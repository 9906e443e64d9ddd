import type { Simulation } from '../simulation.ts'

/** What a business number is told of somebody: the phone alone where it is shown. */
export function seenView(simulation: Simulation, phoneNumberId: string, waId: string) {
  const number = simulation.world.numbers.get(phoneNumberId)
  const person = simulation.world.customers.get(waId)
  if (!number || !person) return { wa_id: null, user_id: '', parent_user_id: null, username: null }
  const seen = simulation.seen(number, person)
  return {
    wa_id: seen.hidesPhone ? null : seen.waId,
    user_id: seen.userId,
    parent_user_id: seen.parentUserId ?? null,
    username: seen.username || null,
  }
}
