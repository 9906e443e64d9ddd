import { callingOf } from '../calls/calling.ts'
import { refuseCalling, tellOfCalling } from '../calls/setup.ts'
import { verifyOverride } from '../delivery/handshake.ts'
import { requestName, tellSecurity } from '../limits/number-events.ts'
import { graphError, graphJson, unknownObject } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf, textOf } from './params.ts'

/** POST /{phone-number-id}: the pin of two-step verification, or another address for its webhooks. */
export async function updateNumber(call: Call): Promise<Response> {
  const { pin, webhook_configuration, new_display_name } = await paramsOf(call)
  const { world } = call.simulation
  const number = world.numbers.get(call.id)
  if (pin !== undefined) {
    if (!/^\d{6}$/.test(String(pin))) return graphError({ code: 100, details: 'pin must be six digits' })
    world.stateOf(call.id).pin = String(pin)
    if (number) tellSecurity(call.simulation, number, 'PIN_CHANGED')
  }
  if (typeof new_display_name === 'string' && number) requestName(call.simulation, number, new_display_name)
  if (webhook_configuration !== undefined) return redirect(call, webhook_configuration)
  return graphJson({ success: true })
}

async function redirect({ simulation, id }: Call, given: unknown): Promise<Response> {
  const config = (typeof given === 'string' ? JSON.parse(given) : given) as Record<string, unknown>
  const uri = textOf(config.override_callback_uri)
  const verifyToken = textOf(config.verify_token)
  const isRefused = simulation.settings.appOverride === 'refused' && simulation.coexistence.isOnApp(id)
  if (isRefused && uri !== '') return graphError({ code: 200, status: 403, title: 'Permissions error' })
  const problem = uri === '' ? undefined : await verifyOverride(uri, verifyToken, simulation.challenge())
  if (problem) return graphError({ code: 100, details: `The override was not taken: ${problem}` })
  simulation.world.accounts.redirectNumber(id, uri === '' ? undefined : { uri, verifyToken })
  return graphJson({ success: true })
}

/** GET /{phone-number-id}/settings */
export function getSettings({ simulation, id }: Call): Response {
  const number = simulation.world.numbers.get(id)
  if (!number) return unknownObject(id)
  return graphJson({ ...simulation.world.stateOf(id).settings, calling: callingOf(simulation, number) })
}

/** POST /{phone-number-id}/settings: a group of settings at a time. */
export async function updateSettings(call: Call): Promise<Response> {
  const given = await paramsOf(call)
  const { settings } = call.simulation.world.stateOf(call.id)
  const known = ['calling', 'user_identity_change', 'payload_encryption', 'storage_configuration']
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown) return graphError({ code: 100, details: `${unknown} is not a setting of a phone number` })
  const number = call.simulation.world.numbers.get(call.id)
  if (!number) return unknownObject(call.id)
  const before = callingOf(call.simulation, number)
  const refusal =
    given.calling === undefined ? undefined : refuseCalling(call.simulation, number, given.calling)
  if (refusal) return refusal
  for (const [name, value] of Object.entries(given)) {
    const old = settings[name]
    settings[name] = typeof old === 'object' && typeof value === 'object' ? { ...old, ...value } : value
  }
  tellOfCalling(call.simulation, number, before)
  return graphJson({ success: true })
}

/** GET /{phone-number-id}/whatsapp_commerce_settings */
export const getCommerce = ({ simulation, id }: Call): Response =>
  graphJson({ data: [{ id, ...simulation.world.stateOf(id).commerce }] })

/** POST /{phone-number-id}/whatsapp_commerce_settings, in the query. */
export async function updateCommerce(call: Call): Promise<Response> {
  const given = await paramsOf(call)
  const { commerce } = call.simulation.world.stateOf(call.id)
  for (const name of ['is_cart_enabled', 'is_catalog_visible'] as const)
    if (given[name] !== undefined) commerce[name] = String(given[name]) === 'true'
  return graphJson({ success: true })
}

/** POST /{phone-number-id}/conversational_automation: ice breakers and commands. */
export async function updateAutomation(call: Call): Promise<Response> {
  const { prompts, commands } = await paramsOf(call)
  const isTooMany = (value: unknown, max: number) => Array.isArray(value) && value.length > max
  if (isTooMany(prompts, 4) || isTooMany(commands, 30))
    return graphError({ code: 100, details: 'at most 4 prompts and 30 commands' })
  Object.assign(call.simulation.world.stateOf(call.id).automation, { prompts, commands })
  return graphJson({ success: true })
}
