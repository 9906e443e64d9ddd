import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'

/** What a customer wrote, with the delivery of it. */
interface Own {
  number: PhoneNumber
  person: Customer
  wamid: string
  deliver(): void
}

const names = ['editFirst', 'edited', 'revokeFirst', 'revoked', 'unknownField'] as const
/** Meta's times are whole seconds: what is to have an order lies further apart. */
const secondMs = 1_050

/** Delivers a message with what comes before or after it because a fault says so, each in a body of its own. */
export function deliverWithCompanions(simulation: Simulation, { number, person, wamid, deliver }: Own): void {
  const drawn = new Set(simulation.faults.drawn(names))
  const { timers, settings } = simulation
  // Long enough to travel in another body.
  const gapMs = settings.webhookLingerMs * 2 + 10
  const edit = () => change(simulation, number, person, 'edit', wamid)
  const revoke = () => change(simulation, number, person, 'revoke', wamid)
  if (drawn.has('editFirst')) edit()
  if (drawn.has('revokeFirst')) revoke()
  if (drawn.has('editFirst') || drawn.has('revokeFirst')) timers.after(gapMs, deliver)
  else deliver()
  if (drawn.has('edited')) timers.after(gapMs, edit)
  if (drawn.has('revoked')) timers.after(gapMs, revoke)
  if (drawn.has('unknownField'))
    simulation.emit(number, { messaging_product: 'whatsapp', weather: 'rain' }, 'weather_update')
}

/** The text that an edit leaves. */
export const editedText = (wamid: string): string => `corregido ${wamid.slice(-12)}`

function change(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  type: 'edit' | 'revoke',
  wamid: string,
): void {
  const body = editedText(wamid)
  const content = {
    original_message_id: wamid,
    ...(type === 'edit' ? { message: { type: 'text', text: { body } } } : {}),
  }
  simulation.write(number, person, { type, content, text: type === 'edit' ? body : '' })
}

/** A customer reacts to what has reached him, thinks better of it, and takes it back. */
export function reactions(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  message_id: string,
): void {
  const [name] = simulation.faults.drawn(['reactionTaken', 'reactionEmptied'])
  if (!name) return
  const said = [{ emoji: '👍🏽' }, { emoji: '❤️' }, name === 'reactionTaken' ? {} : { emoji: '' }]
  said.forEach((emoji, i) => {
    const content = { message_id, ...emoji }
    simulation.timers.after(i * secondMs, () =>
      simulation.write(number, person, { type: 'reaction', content, text: '' }),
    )
  })
}
