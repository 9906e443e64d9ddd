import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import { type Call, tokenOf } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import type { Flow } from './flow.ts'
import { nodeOf } from './node.ts'
import { publishProblem } from './publish.ts'
import { categoriesIn, nameProblem } from './rules.ts'

const pageMax = 100
const migratedMax = 100

/** GET /{waba}/flows?fields=&limit=&after= */
export function listFlows(call: Call): Response {
  const { searchParams } = call.url
  const all = call.simulation.flows.of(call.id)
  const limit = Math.min(Math.max(Number(searchParams.get('limit')) || 25, 1), pageMax)
  const after = Number(atob(searchParams.get('after') ?? 'MA==')) || 0
  const end = Math.min(after + limit, all.length)
  const nodes = all.slice(after, end).map((flow) => nodeOf(call, flow))
  const refusal = nodes.find((node) => node instanceof Response)
  if (refusal) return refusal as Response
  const next = new URL(call.url)
  next.searchParams.set('after', btoa(String(end)))
  return graphJson({
    data: nodes,
    paging: {
      cursors: { before: btoa(String(after)), after: btoa(String(end)) },
      ...(end < all.length ? { next: next.href } : {}),
    },
  })
}

/** POST /{waba}/flows: a draft, perhaps a copy of another, perhaps published at once. Source: Meta, "Flows API: create". */
export async function createFlow(call: Call): Promise<Response> {
  const { simulation, id } = call
  const given = await paramsOf(call)
  const name = textOf(given.name)
  const problem = nameProblem(simulation.flows, id, name)
  if (problem) return graphError({ code: 100, details: problem })
  const source =
    given.clone_flow_id === undefined ? undefined : simulation.flows.find(String(given.clone_flow_id))
  if (given.clone_flow_id !== undefined && source?.wabaId !== id)
    return graphError({ code: 100, details: 'Flow with specified ID does not exist.' })
  const categories = categoriesIn(given.categories) ?? source?.categories
  if (!categories) return graphError({ code: 100, details: 'categories must be some of Meta’s.' })
  if (
    simulation.world.numbers.values().some(({ wabaId, standing }) => wabaId === id && standing === 'locked')
  )
    return graphError({ code: 139000, details: 'Blocked by Integrity.' })
  const flow = simulation.flows.add({
    wabaId: id,
    name,
    categories,
    endpointUri: textOf(given.endpoint_uri) || (source?.endpointUri ?? ''),
    json: textOf(given.flow_json) || (source?.json ?? ''),
  })
  const wantsPublished = given.publish === true || given.publish === 'true'
  const isPublished = wantsPublished && publishProblem(simulation, flow) === undefined
  if (isPublished) simulation.flows.setStatus(flow, 'PUBLISHED')
  if (given.flow_json === undefined) return graphJson({ id: flow.id })
  return graphJson({
    id: flow.id,
    success: wantsPublished ? isPublished : flow.problems.length === 0,
    ...(flow.problems.length > 0 ? { validation_errors: flow.problems } : {}),
  })
}

/** POST /{waba}/migrate_flows: copies from another account of the same business. Source: Meta, "Flows API: migrate"; pywa 4.5 api.py. */
export async function migrateFlows(call: Call): Promise<Response> {
  const { simulation, id } = call
  const { world, flows } = simulation
  const given = await paramsOf(call)
  const sourceId = String(given.source_waba_id ?? '')
  const token = world.tokens.find(tokenOf(call.request, call.url) ?? '')
  if (!world.accounts.find(sourceId) || !token?.nodes.has(sourceId)) return unknownObject(sourceId)
  if (businessOf(call, sourceId) !== businessOf(call, id))
    return graphError({ code: 100, details: 'Flows migrate between accounts of one business only.' })
  const names = namesIn(given.source_flow_names) ?? flows.of(sourceId).map(({ name }) => name)
  if (names.length > migratedMax) return graphError({ code: 100, details: `at most ${migratedMax} Flows` })
  const migrated: object[] = []
  const failed: object[] = []
  for (const name of names) {
    const from = flows.named(sourceId, name)
    const refusal = !from
      ? 'Flow with the specified name does not exist in source WABA.'
      : flows.named(id, name)
        ? 'Flow with the same name exists in destination WABA.'
        : undefined
    if (refusal || !from)
      failed.push({
        source_name: name,
        error_code: '4233041',
        error_message: `Flows Migration Error: ${refusal}`,
      })
    else migrated.push({ source_name: name, source_id: from.id, migrated_id: copied(call, from).id })
  }
  return graphJson({ migrated_flows: migrated, failed_flows: failed })
}

function businessOf({ simulation }: Call, wabaId: string): string | undefined {
  return simulation.world.numbers.values().find((number) => number.wabaId === wabaId)?.businessId
}

function copied(
  { simulation: { flows }, id }: Call,
  { name, categories, endpointUri, json, status }: Flow,
): Flow {
  const copy = flows.add({ wabaId: id, name, categories, endpointUri, json })
  if (status === 'PUBLISHED') flows.setStatus(copy, 'PUBLISHED')
  return copy
}

/** A list, its text, or names with commas between. */
function namesIn(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.map(String)
  const text = textOf(value)
  if (text === '') return undefined
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list.map(String)
  } catch {
    // Names as they are.
  }
  return text.split(',')
}
