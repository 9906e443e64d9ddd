import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf } from '../graph/params.ts'
import { syncTypes } from './coexistence.ts'

const details: Readonly<Record<number, string>> = {
  100: 'The phone number is not on the WhatsApp Business app.',
  2593107: 'Synchronization can be requested once; the business must be onboarded again.',
  2593108: 'Synchronization must be requested within 24 hours of onboarding.',
}

/** POST /{phone-number-id}/smb_app_data: contacts or history of the owner's app, once each. Source: Meta, "Onboard WhatsApp Business app users". */
export async function requestAppData(call: Call): Promise<Response> {
  const { simulation, id, url } = call
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  const { messaging_product, sync_type } = await paramsOf(call)
  const type = syncTypes.find((known) => known === sync_type)
  if (messaging_product !== 'whatsapp' || !type)
    return graphError({ code: 100, details: `messaging_product and a sync_type of ${syncTypes.join(', ')}` })
  const code = simulation.coexistence.sync(number, type, url.origin)
  if (code !== undefined) return graphError({ code, details: details[code] ?? '' })
  return graphJson({ messaging_product: 'whatsapp', request_id: requestId(simulation.world.newWamid()) })
}

/** Opaque; pages show letters and digits. */
const requestId = (wamid: string): string => Buffer.from(wamid).toString('base64url').replace(/[-_]/g, '')
