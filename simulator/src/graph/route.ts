import type { Simulation } from '../simulation.ts'
import { graphError, graphJson, servingVersion, unknownObject } from './answer.ts'
import { type Call, tokenOf } from './call.ts'
import { deleteMedia, mediaNode, uploadMedia } from './media.ts'
import { messages } from './messages.ts'
import { accountNumbers, numberNode } from './number.ts'
import { createTemplate, deleteTemplates, listTemplates } from './templates.ts'

const path = /^(?:\/v(\d+)\.(\d+))?\/([^/]+)(?:\/([^/]+))?$/
const oldestVersion = 21
const newestVersion = 26

type Handler = (call: Call) => Response | Promise<Response>

/** `METHOD edge` of the nodes there are. */
const numberEdges: Readonly<Record<string, Handler>> = {
  'POST messages': messages,
  'POST marketing_messages': messages,
  'POST media': uploadMedia,
  'GET ': numberNode,
}
const accountEdges: Readonly<Record<string, Handler>> = {
  'GET message_templates': listTemplates,
  'POST message_templates': createTemplate,
  'DELETE message_templates': deleteTemplates,
  'GET phone_numbers': accountNumbers,
  'POST subscribed_apps': () => graphJson({ success: true }),
}
const mediaEdges: Readonly<Record<string, Handler>> = { 'GET ': mediaNode, 'DELETE ': deleteMedia }

/** Graph's surface, checked in Meta's order: version, token, node. Undefined when the path is none of Graph's. */
export function routeGraph(
  simulation: Simulation,
  request: Request,
  url: URL,
): Response | Promise<Response> | undefined {
  const match = path.exec(url.pathname)
  if (!match) return undefined
  const [, major = String(newestVersion), minor = '0', id = '', edge = ''] = match
  if (Number(major) < oldestVersion || Number(major) > newestVersion) {
    return graphError({
      code: 2635,
      title: `Unknown or deprecated version of the API: v${major}.${minor}`,
      status: 400,
    })
  }
  servingVersion(`v${major}.${minor}`)
  const token = tokenOf(request, url)
  if (!token) {
    return graphError({ code: 104, title: 'An access token is required to request this resource.' })
  }
  const { world } = simulation
  const nodes = world.nodesOf(token)
  if (!nodes)
    return graphError({ code: 190, title: 'Invalid OAuth access token - Cannot parse access token' })
  const media = world.media.get(id)
  const isOpen = nodes.has(media ? media.phoneNumberId : id)
  if (!isOpen) return unknownObject(id)
  const edges = media ? mediaEdges : world.numbers.has(id) ? numberEdges : accountEdges
  const handler = edges[`${request.method} ${edge}`]
  return handler ? handler({ simulation, request, url, id }) : unknownObject(id)
}
