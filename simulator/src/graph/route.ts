import type { Simulation } from '../simulation.ts'
import { graphError, graphJson, unknownObject } from './answer.ts'
import { send } from './send.ts'

const path = /^\/v(\d+)\.\d+\/([^/]+)(?:\/([^/]+))?$/
const oldestVersion = 21
const hangMs = 120_000

/** Graph's surface; undefined when the path is not one of Graph's. */
export async function routeGraph(
  simulation: Simulation,
  request: Request,
  url: URL,
): Promise<Response | undefined> {
  const match = path.exec(url.pathname)
  if (!match) return undefined
  const [, version, id = '', edge] = match
  if (Number(version) < oldestVersion) {
    return graphError({ code: 2635, title: `You are calling a deprecated version of the API: v${version}.0` })
  }
  const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (!token)
    return graphError({
      code: 104,
      title: 'An access token is required to request this resource.',
      status: 401,
    })
  const number = simulation.world.numbers.get(id)
  const isKnownToken = [...simulation.tokens].includes(token)
  if (!isKnownToken) {
    return graphError({
      code: 190,
      title: 'Invalid OAuth access token - Cannot parse access token',
      status: 401,
    })
  }
  if (number && number.token === token) {
    if (edge === 'messages' && request.method === 'POST') return answerSend(simulation, number.id, request)
    if (edge === undefined && request.method === 'GET') return graphJson(numberNode(simulation, number.id))
  }
  if (edge === 'message_templates' && request.method === 'GET' && ownsWaba(simulation, id, token)) {
    return graphJson(templateList(simulation, id, url))
  }
  return unknownObject(id)
}

async function answerSend(simulation: Simulation, numberId: string, request: Request): Promise<Response> {
  const { faults, world } = simulation
  const number = world.numbers.get(numberId)
  if (!number) return unknownObject(numberId)
  let body: unknown
  try {
    body = await request.json()
  } catch {
    return graphError({ code: 100, title: 'Invalid parameter', details: 'The body is not valid JSON' })
  }
  if (faults.happens('error5xx')) {
    return new Response('<html><body>Service Unavailable</body></html>', {
      status: 503,
      headers: { 'content-type': 'text/html' },
    })
  }
  if (faults.happens('tooMany'))
    return graphError({
      code: 130429,
      title: 'Rate limit hit',
      details: 'Message failed to send because there were too many messages sent in a short period of time',
    })
  if (faults.happens('hang')) {
    await Bun.sleep(hangMs)
    return graphError({ code: 131000, title: 'Something went wrong', status: 500 })
  }
  const response = send(simulation, number, body)
  if (!response.ok) world.counters.refused += 1
  if (response.ok && faults.happens('lostResponse')) {
    // Accepted, and then the answer breaks off: an unreadable 200, which the sender cannot tell from a cut line.
    return new Response('{"messaging_product":"whats', { headers: { 'content-type': 'application/json' } })
  }
  if (simulation.settings.latencyMs > 0) await simulation.wait(simulation.settings.latencyMs)
  return response
}

function ownsWaba({ world }: Simulation, wabaId: string, token: string): boolean {
  return [...world.numbers.values()].some((number) => number.wabaId === wabaId && number.token === token)
}

function numberNode({ world }: Simulation, id: string) {
  const number = world.numbers.get(id)
  return {
    id,
    display_phone_number: number?.displayPhoneNumber,
    verified_name: number?.verifiedName,
    quality_rating: 'GREEN',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    status: 'CONNECTED',
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
  }
}

/** Pages by offset behind an opaque cursor, as clients must treat it. */
function templateList({ world }: Simulation, wabaId: string, url: URL) {
  const limit = Math.min(Math.max(Number(url.searchParams.get('limit') ?? 25) || 25, 1), 250)
  const after = Number(atob(url.searchParams.get('after') ?? btoa('0'))) || 0
  const all = world.templatesOf(wabaId)
  const page = all.slice(after, after + limit)
  const end = after + page.length
  return {
    data: page.map(({ wabaId: _, ...template }) => template),
    paging: {
      cursors: { before: btoa(String(after)), after: btoa(String(end)) },
      ...(end < all.length
        ? { next: `${url.origin}${url.pathname}?limit=${limit}&after=${btoa(String(end))}` }
        : {}),
    },
  }
}
