import { verifyOverride } from '../delivery/handshake.ts'
import { analyticsOf } from './analytics.ts'
import { graphError, graphJson, unknownObject } from './answer.ts'
import { type Call, tokenOf } from './call.ts'
import { fieldsOf } from './fields.ts'
import { healthOf } from './health.ts'
import { paramsOf, textOf } from './params.ts'

/** GET /{waba}?fields=, analytics among them. */
export function accountNode({ simulation, id, url }: Call): Response {
  const account = simulation.world.accounts.find(id)
  if (!account) return unknownObject(id)
  const all: Record<string, unknown> = {
    id,
    name: account.name,
    currency: 'USD',
    timezone_id: '1',
    message_template_namespace: `ns_${id}`,
    account_review_status: account.reviewStatus ?? 'APPROVED',
    disable_marketing_messages_on_cloud_api: account.disablesMarketing ?? false,
    business_verification_status: 'verified',
    ownership_type: 'CLIENT_OWNED',
    owner_business_info: { name: account.name, id: account.businessId },
    status: account.isBanned ? 'DISABLED' : 'ACTIVE',
    whatsapp_business_manager_messaging_limit: simulation.world.portfolios.tierOf(account.businessId),
  }
  const fields = fieldsOf(url.searchParams.get('fields'))
  if (fields.length === 0) {
    const { name, timezone_id, message_template_namespace } = all
    return graphJson({ id, name, timezone_id, message_template_namespace })
  }
  const shown: Record<string, unknown> = { id }
  for (const field of fields) {
    const [name = ''] = field.split('.')
    if (name === 'health_status') shown.health_status = healthOf(simulation, id)
    else if (name.endsWith('analytics')) shown[name] = analyticsOf(simulation, id, field)
    else if (name in all) shown[name] = all[name]
    else
      return graphError({
        code: 100,
        title: `Tried accessing nonexisting field (${name.slice(0, 60)}) on node type (WhatsAppBusinessAccount)`,
      })
  }
  return graphJson(shown)
}

/** POST /{waba}: whether marketing templates may go by `/messages`. */
export async function updateAccount(call: Call): Promise<Response> {
  const { disable_marketing_messages_on_cloud_api: disables } = await paramsOf(call)
  const account = call.simulation.world.accounts.find(call.id)
  if (!account) return unknownObject(call.id)
  if (disables !== undefined) account.disablesMarketing = String(disables) === 'true'
  return graphJson({ success: true })
}

/** GET /{waba}/subscribed_apps */
export function listSubscriptions({ simulation, id }: Call): Response {
  const { accounts, apps } = simulation.world
  const data = [...(accounts.find(id)?.subscriptions ?? [])].map(([appId, callback]) => ({
    whatsapp_business_api_data: { id: appId, name: apps.get(appId)?.name ?? '', link: '' },
    ...(callback ? { override_callback_uri: callback.uri } : {}),
  }))
  return graphJson({ data })
}

/** POST /{waba}/subscribed_apps: the calling app hears of the account, perhaps at another address. */
export async function subscribe(call: Call): Promise<Response> {
  const params = await paramsOf(call)
  const { simulation, id } = call
  const account = simulation.world.accounts.find(id)
  const appId = appOf(call)
  if (!account || !appId) return unknownObject(id)
  const uri = textOf(params.override_callback_uri)
  const verifyToken = textOf(params.verify_token)
  const problem = uri === '' ? undefined : await verifyOverride(uri, verifyToken, simulation.challenge())
  if (problem) return graphError({ code: 100, details: `The override was not taken: ${problem}` })
  account.subscriptions.set(appId, uri === '' ? undefined : { uri, verifyToken })
  return graphJson({ success: true })
}

/** DELETE /{waba}/subscribed_apps: the calling app hears of it no more. */
export function unsubscribe(call: Call): Response {
  call.simulation.world.accounts.find(call.id)?.subscriptions.delete(appOf(call) ?? '')
  return graphJson({ success: true })
}

/** The app that a token was made for, else that of the account's numbers. */
function appOf({ simulation, id, request, url }: Call): string | undefined {
  const { tokens, numbers } = simulation.world
  const own = tokens.find(tokenOf(request, url) ?? '')?.appId
  return own ?? [...numbers.values()].find(({ wabaId }) => wabaId === id)?.appId
}
