import { callEdges } from '../calls/edges.ts'
import { requestAppData } from '../coexistence/app-data.ts'
import { accountFlowEdges, flowEdges, numberFlowEdges } from '../flows/edges.ts'
import { groupEdges, numberGroupEdges } from '../groups/edges.ts'
import { claimUsername, getUsername, giveUpUsername, suggestUsernames } from '../people/business-usernames.ts'
import { forgetContact } from '../people/contact-book.ts'
import { threadControl } from '../routing/thread-control.ts'
import type { Simulation } from '../simulation.ts'
import { accountTemplateEdges, templateEdges } from '../templates/edges.ts'
import type { Scope, Token } from '../world/tokens.ts'
import type { World } from '../world/world.ts'
import { accountNode, listSubscriptions, subscribe, unsubscribe, updateAccount } from './account.ts'
import { graphError, servingVersion, unknownObject } from './answer.ts'
import { continueUpload, debugToken, startUpload, subscribeApp, uploadNode } from './app.ts'
import { changeBlocked, listBlocked } from './blocks.ts'
import { type Call, tokenOf } from './call.ts'
import { deleteMedia, mediaNode, uploadMedia } from './media.ts'
import { messages } from './messages.ts'
import { accountNumbers, numberNode } from './number.ts'
import {
  getCommerce,
  getSettings,
  updateAutomation,
  updateCommerce,
  updateNumber,
  updateSettings,
} from './number-settings.ts'
import { getProfile, updateProfile } from './profile.ts'
import { proofRefusal } from './proof.ts'
import { deleteQrCode, getQrCodes, saveQrCode } from './qr-codes.ts'
import { deregister, register, requestCode, verifyCode } from './registration.ts'
import { countUsage, usageRefusal } from './usage.ts'

/** Version, node, edge; two edges have things of their own below them. */
const path =
  /^(?:\/v(\d+)\.(\d+))?\/([^/]+)(?:\/([^/]+))?(?:(?<=\/message_qrdls|\/message_templates)\/([^/]+))?$/
const oldestVersion = 21
const newestVersion = 26

type Handler = (call: Call) => Response | Promise<Response>
type Edges = Readonly<Record<string, Handler>>

/** `METHOD edge` of the nodes there are. */
const numberEdges: Edges = {
  'POST messages': messages,
  'POST marketing_messages': messages,
  'POST media': uploadMedia,
  'GET ': numberNode,
  'POST ': updateNumber,
  'GET whatsapp_business_profile': getProfile,
  'POST whatsapp_business_profile': updateProfile,
  'GET settings': getSettings,
  'POST settings': updateSettings,
  'GET whatsapp_commerce_settings': getCommerce,
  'POST whatsapp_commerce_settings': updateCommerce,
  'POST conversational_automation': updateAutomation,
  'POST register': register,
  'POST deregister': deregister,
  'POST request_code': requestCode,
  'POST verify_code': verifyCode,
  'GET message_qrdls': getQrCodes,
  'POST message_qrdls': saveQrCode,
  'DELETE message_qrdls': deleteQrCode,
  'DELETE contact_book': forgetContact,
  'GET username': getUsername,
  'POST username': claimUsername,
  'DELETE username': giveUpUsername,
  'GET username_suggestions': suggestUsernames,
  'GET block_users': listBlocked,
  'POST block_users': changeBlocked,
  'DELETE block_users': changeBlocked,
  'POST smb_app_data': requestAppData,
  'POST thread_control': threadControl,
  ...numberFlowEdges,
  ...callEdges,
  ...numberGroupEdges,
}
const accountEdges: Edges = {
  'GET ': accountNode,
  'POST ': updateAccount,
  ...accountTemplateEdges,
  'GET phone_numbers': accountNumbers,
  'GET subscribed_apps': listSubscriptions,
  'POST subscribed_apps': subscribe,
  'DELETE subscribed_apps': unsubscribe,
  ...accountFlowEdges,
}
const mediaEdges: Edges = { 'GET ': mediaNode, 'DELETE ': deleteMedia }
/** With the app's own token, `{app-id}|{app-secret}`, or for whoever has the upload's id. */
const appEdges: Edges = { 'POST subscriptions': subscribeApp, 'POST uploads': startUpload }
const uploadEdges: Edges = { 'POST ': continueUpload, 'GET ': uploadNode }

/** Sending, media and registration are messaging; all else is management. Source: Meta, each edge's page. */
const messaging =
  /^(?:messages|marketing_messages|media|register|deregister|block_users|calls|call_permissions|groups|thread_control)$/

/** Graph's surface, checked in Meta's order: version, token, permission, node. Undefined when the path is none of Graph's. */
export function routeGraph(
  simulation: Simulation,
  request: Request,
  url: URL,
): Response | Promise<Response> | undefined {
  const match = path.exec(url.pathname)
  if (!match) return undefined
  const [, major = String(newestVersion), minor = '0', id = '', edge = '', rest = ''] = match
  if (Number(major) < oldestVersion || Number(major) > newestVersion) {
    return graphError({
      code: 2635,
      title: `Unknown or deprecated version of the API: v${major}.${minor}`,
      status: 400,
    })
  }
  servingVersion(`v${major}.${minor}`)
  const text = tokenOf(request, url)
  if (!text) {
    return graphError({ code: 104, title: 'An access token is required to request this resource.' })
  }
  const call = { simulation, request, url, id: decodeURIComponent(id), rest: decodeURIComponent(rest) }
  return routeApp(call, edge, text) ?? routeNode(call, edge, text)
}

function routeNode(call: Call, edge: string, text: string): Response | Promise<Response> {
  const { simulation, request, id } = call
  const { world } = simulation
  const token = world.tokens.find(text)
  if (!token)
    return graphError({ code: 190, title: 'Invalid OAuth access token - Cannot parse access token' })
  if (world.tokens.isExpired(token))
    return graphError({
      code: 190,
      subcode: 463,
      title: 'Error validating access token: Session has expired',
    })
  const app = world.apps.get(appIdOf(world, token))
  const unproven = proofRefusal(app, text, call.url.searchParams, simulation.now())
  if (unproven) return graphError(unproven)
  const media = world.media.get(id)
  const template = world.templateById(id)
  const flow = simulation.flows.find(id)
  const group = simulation.groups.find(id)
  const isNumber = world.numbers.has(id)
  const scope: Scope =
    media || group || messaging.test(edge) ? 'whatsapp_business_messaging' : 'whatsapp_business_management'
  const mayRead = request.method === 'GET' && edge === '' && isNumber
  if (!mayRead && !token.scopes.has(scope)) return permissionMissing(scope)
  const owner = media?.phoneNumberId ?? template?.wabaId ?? flow?.wabaId ?? group?.phoneNumberId ?? id
  if (!token.nodes.has(owner)) return unknownObject(id)
  const own = media
    ? mediaEdges
    : template
      ? templateEdges
      : flow
        ? flowEdges
        : group
          ? groupEdges
          : undefined
  const edges: Edges = own ?? (isNumber ? numberEdges : accountEdges)
  const handler = edges[`${request.method} ${edge}`]
  if (scope === 'whatsapp_business_messaging') return handler?.(call) ?? unknownObject(id)
  const caller = { accountId: world.numbers.get(owner)?.wabaId ?? owner, appId: app?.id ?? '' }
  const overUsed = usageRefusal(simulation, caller)
  if (overUsed) return graphError(overUsed)
  return withUsage(handler?.(call) ?? unknownObject(id), countUsage(simulation, caller))
}

/** The app that a token was made for, else that of the first number it opens. */
function appIdOf({ numbers }: World, { appId, nodes }: Token): string {
  if (appId !== undefined) return appId
  for (const id of nodes) {
    const number = numbers.get(id)
    if (number) return number.appId
  }
  return ''
}

async function withUsage(
  answer: Response | Promise<Response>,
  usage: Record<string, string>,
): Promise<Response> {
  const response = await answer
  for (const [name, value] of Object.entries(usage)) response.headers.set(name, value)
  return response
}

/** What an app does in its own name; undefined when the call is about something else. */
function routeApp(call: Call, edge: string, text: string): Response | Promise<Response> | undefined {
  const { simulation, request, id } = call
  const { apps } = simulation.world
  if (id.startsWith('upload:')) return uploadEdges[`${request.method} `]?.(call) ?? unknownObject(id)
  const [appId = '', secret] = text.split('|')
  const isApp = secret !== undefined && apps.get(appId)?.secret === secret
  if (id === 'debug_token')
    return isApp ? debugToken(call) : permissionMissing('whatsapp_business_management')
  if (!apps.has(id)) return undefined
  const handler = appEdges[`${request.method} ${edge}`]
  if (!handler) return unknownObject(id)
  // An upload may also be begun with a user's token.
  if (edge === 'uploads' || (isApp && appId === id)) return handler(call)
  return permissionMissing('whatsapp_business_management')
}

const permissionMissing = (scope: Scope): Response =>
  graphError({
    code: 200,
    subcode: 1349176,
    title: `You do not have the necessary permissions to send messages on behalf of this WhatsApp Business Account: ${scope}`,
    status: 403,
  })
