import { verifyOverride } from '../delivery/handshake.ts'
import { scopes } from '../world/tokens.ts'
import { graphError, graphJson, unknownObject } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf, textOf } from './params.ts'

const uploadTypes = ['application/pdf', 'image/jpeg', 'image/jpg', 'image/png', 'video/mp4']

/** GET /debug_token?input_token=: what a token is. */
export function debugToken({ simulation, url }: Call): Response {
  const { tokens, numbers } = simulation.world
  const token = tokens.find(url.searchParams.get('input_token') ?? '')
  if (!token)
    return graphJson({
      data: { is_valid: false, error: { code: 190, message: 'Invalid OAuth access token' } },
    })
  const [number] = [...token.nodes].flatMap((id) => numbers.get(id) ?? [])
  const accounts = [...token.nodes].filter((id) => !numbers.has(id))
  return graphJson({
    data: {
      app_id: token.appId ?? number?.appId ?? '',
      type: 'SYSTEM_USER',
      application: 'Palomar simulator',
      expires_at: Math.floor((token.expiresAt ?? 0) / 1_000),
      is_valid: !tokens.isExpired(token),
      scopes: [...token.scopes],
      granular_scopes: scopes
        .filter((scope) => token.scopes.has(scope))
        .map((scope) => ({ scope, target_ids: accounts })),
    },
  })
}

/** POST /{app}/subscriptions: where the app's own webhooks go; they are shaped by the call's version. */
export async function subscribeApp(call: Call): Promise<Response> {
  const params = await paramsOf(call)
  const app = call.simulation.world.apps.get(call.id)
  if (!app) return unknownObject(call.id)
  const uri = textOf(params.callback_url)
  const verifyToken = textOf(params.verify_token)
  const problem = await verifyOverride(uri, verifyToken, call.simulation.challenge())
  if (problem)
    return graphError({ code: 2200, title: `Callback verification failed: ${problem}`, status: 400 })
  const fields = textOf(params.fields)
    .split(',')
    .map((field) => field.trim())
  const version = /^\/v(\d+)\./.exec(call.url.pathname)?.[1]
  Object.assign(app, { webhookUrl: uri, verifyToken, fields: new Set(fields) })
  if (version) app.version = Number(version)
  return graphJson({ success: true })
}

/** POST /{app}/uploads: begins a resumable upload. */
export function startUpload({ simulation, url }: Call): Response {
  const query = (name: string) => url.searchParams.get(name) ?? ''
  const size = Number(query('file_length'))
  if (!uploadTypes.includes(query('file_type')) || !Number.isSafeInteger(size) || size <= 0)
    return graphError({ code: 100, details: `file_length and a file_type of ${uploadTypes.join(', ')}` })
  return graphJson({ id: simulation.world.uploads.begin(size) })
}

/** POST /upload:…: the bytes from `file_offset` on; the handle when all are there. */
export async function continueUpload({ simulation, request, id }: Call): Promise<Response> {
  const { uploads } = simulation.world
  const offset = Number(request.headers.get('file_offset') ?? 0)
  if (uploads.offsetOf(id) === undefined) return unknownObject(id)
  if (offset !== uploads.offsetOf(id))
    return graphError({ code: 100, details: 'file_offset is not where it stopped' })
  const handle = uploads.append(id, (await request.arrayBuffer()).byteLength)
  return handle === undefined
    ? graphJson({ id, file_offset: uploads.offsetOf(id) })
    : graphJson({ h: handle })
}

/** GET /upload:…: how far it came. */
export function uploadNode({ simulation, id }: Call): Response {
  const offset = simulation.world.uploads.offsetOf(id)
  return offset === undefined ? unknownObject(id) : graphJson({ id, file_offset: offset })
}
