import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { graphJson, unknownObject } from './answer.ts'
import type { Call } from './call.ts'
import { healthOf } from './health.ts'

/** GET /{phone-number-id}. */
export function numberNode({ simulation, id, url }: Call): Response {
  const number = simulation.world.numbers.get(id)
  return number ? graphJson(onlyFields(nodeOf(simulation, number), url)) : unknownObject(id)
}

/** GET /{waba}/phone_numbers. */
export function accountNumbers({ simulation, id, url }: Call): Response {
  const numbers = [...simulation.world.numbers.values()].filter(({ wabaId }) => wabaId === id)
  return graphJson({ data: numbers.map((number) => onlyFields(nodeOf(simulation, number), url)) })
}

function nodeOf(simulation: Simulation, number: PhoneNumber): Record<string, unknown> {
  const { world } = simulation
  const state = world.stateOf(number.id)
  const override = world.accounts.callbackOf(number.id)
  return {
    id: number.id,
    display_phone_number: number.displayPhoneNumber,
    verified_name: number.verifiedName,
    quality_rating: number.quality,
    code_verification_status: state.isVerified ? 'VERIFIED' : 'NOT_VERIFIED',
    is_pin_enabled: state.pin !== undefined,
    health_status: healthOf(simulation, number.id),
    conversational_automation: state.automation,
    webhook_configuration: {
      application: world.apps.get(number.appId)?.webhookUrl ?? '',
      ...(override ? { phone_number: override.uri } : {}),
    },
    platform_type: 'CLOUD_API',
    is_on_biz_app: simulation.coexistence.isOnApp(number.id),
    throughput: { level: number.throughput > 80 ? 'HIGH' : 'STANDARD' },
    status:
      number.standing === 'good' ? 'CONNECTED' : number.standing === 'locked' ? 'RESTRICTED' : 'DISCONNECTED',
    name_status: 'APPROVED',
    new_name_status: number.requestedName === undefined ? 'NONE' : 'PENDING_REVIEW',
    account_mode: world.people.testRecipients.has(number.id) ? 'SANDBOX' : 'LIVE',
    username: world.people.usernames.get(number.id)?.username,
    is_official_business_account: number.isOfficial,
    whatsapp_business_manager_messaging_limit: world.portfolios.tierOf(number.businessId),
  }
}

/** Only when they are asked for. */
const asked = new Set([
  'is_on_biz_app',
  'health_status',
  'conversational_automation',
  'is_pin_enabled',
  'new_name_status',
])

/** `?fields=a,b` picks; the id always comes. */
function onlyFields(node: Record<string, unknown>, url: URL): Record<string, unknown> {
  const fields = url.searchParams.get('fields')
  if (!fields) return Object.fromEntries(Object.entries(node).filter(([name]) => !asked.has(name)))
  const wanted = new Set(['id', ...fields.split(',').map((field) => field.trim())])
  return Object.fromEntries(Object.entries(node).filter(([name]) => wanted.has(name)))
}
