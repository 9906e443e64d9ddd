import type { Simulation } from '../simulation.ts'
import type { Customer, PhoneNumber } from '../world/types.ts'

/**
 * A customer answers `request_contact_info` with their own card: the one card that proves whose number it is. Source:
 * Meta, "Request contact info"; `origin` is on each card.
 */
export function shareContact(
  simulation: Simulation,
  number: PhoneNumber,
  person: Customer,
  quoted?: string,
): string {
  const { waId, name } = person
  const card = {
    name: { formatted_name: name, first_name: name.split(' ')[0] ?? name },
    phones: [{ phone: `+${waId}`, wa_id: waId, type: 'CELL' }],
    origin: 'contact_request',
    vcard: `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${waId}:+${waId}\nEND:VCARD`,
  }
  const wamid = simulation.write(number, person, { type: 'contacts', content: [card], text: name, quoted })
  simulation.met(number, person)
  return wamid
}
