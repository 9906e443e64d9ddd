import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import type { Simulation } from '../simulation.ts'
import type { Template } from '../world/types.ts'

/** Every field there is; undefined where the template has nothing to say of it. Source: Meta, template node. */
const allFields: Readonly<Record<string, (template: Template, simulation: Simulation) => unknown>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  language: ({ language }) => language,
  status: ({ status }) => status,
  category: ({ category }) => category,
  components: ({ components }) => components,
  parameter_format: ({ parameterFormat }) => parameterFormat,
  sub_category: ({ subCategory }) => subCategory,
  previous_category: ({ previousCategory }) => previousCategory,
  correct_category: ({ correctCategory }) => correctCategory,
  quality_score: ({ quality = 'UNKNOWN' }, simulation) => ({
    score: quality,
    date: Math.floor(simulation.now() / 1_000),
  }),
  rejected_reason: ({ rejectedReason = 'NONE' }) => rejectedReason,
  message_send_ttl_seconds: ({ ttlSeconds }) => ttlSeconds,
  library_template_name: ({ libraryName }) => libraryName,
  cta_url_link_tracking_opted_out: () => false,
  last_updated_time: (_, simulation) => new Date(simulation.now()).toISOString(),
  degrees_of_freedom_spec: () => undefined,
  optimization_spec: () => undefined,
  bid_spec: () => undefined,
  creative_sourcing_spec: () => undefined,
  display_format: () => undefined,
  send_type: () => undefined,
  product_type: () => undefined,
  rejection_info: () => undefined,
  is_primary_device_delivery_only: () => undefined,
  health_status: ({ id, status }) => ({
    can_send_message: status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED',
    entities: [
      {
        entity_type: 'MESSAGE_TEMPLATE',
        id,
        can_send_message: status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED',
      },
    ],
  }),
}
const always = [
  'id',
  'name',
  'language',
  'status',
  'category',
  'components',
  'parameter_format',
  'previous_category',
]

/** What `fields=` asks for; undefined when it asks for nothing. */
export const fieldsOf = (url: URL): string[] | undefined =>
  url.searchParams
    .get('fields')
    ?.split(',')
    .map((field) => field.trim())

/** These fields of a template, and its id; the name of one that there is not. */
export function nodeOf(
  simulation: Simulation,
  template: Template,
  fields: readonly string[],
): Record<string, unknown> | string {
  const node: Record<string, unknown> = {}
  for (const field of fields) {
    const read = allFields[field]
    if (!read) return field
    const value = read(template, simulation)
    if (value !== undefined) node[field] = value
  }
  return { ...node, id: template.id }
}

/** GET /{template} */
export function templateNode({ simulation, id, url }: Call): Response {
  const template = simulation.world.templateById(id)
  if (!template) return unknownObject(id)
  const node = nodeOf(simulation, template, fieldsOf(url) ?? always)
  return typeof node === 'string'
    ? graphError({ code: 100, title: `Tried accessing nonexisting field (${node.slice(0, 60)})` })
    : graphJson(node)
}
