import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { fieldsOf } from '../graph/fields.ts'
import { healthOf } from '../graph/health.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import type { Flow } from './flow.ts'
import { rootWord } from './flow-json.ts'
import { categoriesIn, flowRefusal, nameProblem } from './rules.ts'

/** Source: Meta, "Flows API: preview": valid for 30 days. */
const previewMs = 30 * 86_400_000
const basic = ['id', 'name', 'status', 'categories', 'validation_errors']

/** GET /{flow}?fields= */
export function flowNode(call: Call): Response {
  const flow = call.simulation.flows.find(call.id)
  if (!flow) return unknownObject(call.id)
  const node = nodeOf(call, flow)
  return node instanceof Response ? node : graphJson(node)
}

/** The fields that were asked for; `preview.invalidate(true)` makes an earlier preview's address void. */
export function nodeOf({ simulation, url }: Call, flow: Flow): Record<string, unknown> | Response {
  const asked = fieldsOf(url.searchParams.get('fields'))
  if (asked.some((field) => /^preview\.invalidate\(true\)$/.test(field)))
    simulation.flows.invalidatePreview(flow)
  const account = simulation.world.accounts.find(flow.wabaId)
  const app = simulation.world.apps.get(flow.appId)
  const readers: Record<string, () => unknown> = {
    id: () => flow.id,
    name: () => flow.name,
    status: () => flow.status,
    categories: () => flow.categories,
    validation_errors: () => flow.problems,
    json_version: () => rootWord(flow.json, 'version'),
    data_api_version: () => rootWord(flow.json, 'data_api_version'),
    endpoint_uri: () => flow.endpointUri || undefined,
    // Its name before v19.
    data_channel_uri: () => flow.endpointUri || undefined,
    updated_at: () => dateOf(flow.updatedAt),
    preview: () => ({
      preview_url: `${url.origin}/control/flow?id=${flow.id}&token=${flow.previewToken}`,
      expires_at: dateOf(simulation.now() + previewMs),
    }),
    whatsapp_business_account: () => ({
      id: flow.wabaId,
      name: account?.name ?? '',
      currency: 'USD',
      timezone_id: '1',
      message_template_namespace: `ns_${flow.wabaId}`,
    }),
    application: () => ({ id: flow.appId, name: app?.name ?? '', link: '' }),
    health_status: () => healthOfFlow(simulation, flow),
  }
  const names =
    asked.length === 0 ? basic : [...new Set(['id', ...asked.map((field) => field.split('.')[0] ?? '')])]
  const unknown = names.find((name) => !Object.hasOwn(readers, name))
  if (unknown !== undefined)
    return graphError({
      code: 100,
      title: `Tried accessing nonexisting field (${unknown.slice(0, 60)}) on node type (Flow)`,
    })
  const members = names.map((name) => [name, readers[name]?.()] as const)
  return Object.fromEntries(members.filter(([, value]) => value !== undefined))
}

function healthOfFlow(simulation: Call['simulation'], { id, wabaId, status }: Flow) {
  const { can_send_message, entities } = healthOf(simulation, wabaId)
  const verdict =
    status === 'BLOCKED' || status === 'DEPRECATED'
      ? 'BLOCKED'
      : status === 'THROTTLED'
        ? 'LIMITED'
        : 'AVAILABLE'
  const own = { entity_type: 'FLOW', id, can_send_message: verdict }
  return {
    can_send_message: verdict === 'AVAILABLE' ? can_send_message : verdict,
    entities: [own, ...entities],
  }
}

/** As Meta writes it: `2026-05-21T11:18:09+0000`. */
const dateOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+0000')

/** POST /{flow}: its name, categories, endpoint or app. */
export async function updateFlow(call: Call): Promise<Response> {
  const { flows } = call.simulation
  const flow = flows.find(call.id)
  if (!flow) return unknownObject(call.id)
  const given = await paramsOf(call)
  const name = textOf(given.name)
  const problem = name === '' ? undefined : nameProblem(flows, flow.wabaId, name, flow)
  if (problem) return graphError({ code: 100, details: problem })
  const categories = given.categories === undefined ? undefined : categoriesIn(given.categories)
  if (given.categories !== undefined && !categories)
    return graphError({ code: 100, details: 'categories must be some of Meta’s.' })
  const refusal = flowRefusal(call.simulation, flow, 139001)
  if (refusal) return refusal
  flows.change(flow, {
    ...(name === '' ? {} : { name }),
    ...(categories ? { categories } : {}),
    ...(given.endpoint_uri === undefined ? {} : { endpointUri: textOf(given.endpoint_uri) }),
    ...(given.application_id === undefined ? {} : { appId: String(given.application_id) }),
  })
  return graphJson({ success: true })
}

/** DELETE /{flow}: drafts only. */
export function deleteFlow({ simulation, id }: Call): Response {
  const flow = simulation.flows.find(id)
  if (!flow) return unknownObject(id)
  if (flow.status !== 'DRAFT')
    return graphError({ code: 139004, details: "You can't delete a Flow that has been published." })
  simulation.flows.remove(flow)
  return graphJson({ success: true })
}
