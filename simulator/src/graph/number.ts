import type { PhoneNumber } from '../world/types.ts'
import { graphJson, unknownObject } from './answer.ts'
import type { Call } from './call.ts'

/** GET /{phone-number-id}. */
export function numberNode({ simulation, id, url }: Call): Response {
  const number = simulation.world.numbers.get(id)
  return number ? graphJson(onlyFields(nodeOf(number), url)) : unknownObject(id)
}

/** GET /{waba}/phone_numbers. */
export function accountNumbers({ simulation, id, url }: Call): Response {
  const numbers = [...simulation.world.numbers.values()].filter(({ wabaId }) => wabaId === id)
  return graphJson({ data: numbers.map((number) => onlyFields(nodeOf(number), url)) })
}

function nodeOf(number: PhoneNumber): Record<string, unknown> {
  return {
    id: number.id,
    display_phone_number: number.displayPhoneNumber,
    verified_name: number.verifiedName,
    quality_rating: number.quality,
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: number.throughput > 80 ? 'HIGH' : 'STANDARD' },
    status:
      number.standing === 'good' ? 'CONNECTED' : number.standing === 'locked' ? 'RESTRICTED' : 'DISCONNECTED',
    name_status: 'APPROVED',
    account_mode: 'LIVE',
    is_official_business_account: false,
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
  }
}

/** `?fields=a,b` picks; the id always comes. */
function onlyFields(node: Record<string, unknown>, url: URL): Record<string, unknown> {
  const fields = url.searchParams.get('fields')
  if (!fields) return node
  const wanted = new Set(['id', ...fields.split(',').map((field) => field.trim())])
  return Object.fromEntries(Object.entries(node).filter(([name]) => wanted.has(name)))
}
