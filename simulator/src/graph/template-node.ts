import type { Template } from '../world/types.ts'
import { graphError, graphJson, unknownObject } from './answer.ts'
import type { Call } from './call.ts'
import { paramsOf } from './params.ts'
import { nodeOf } from './templates.ts'

const dayMs = 86_400_000
/** After a pause by pacing. */
const pausedMsMin = 5 * 60_000

/** GET /{template} */
export function templateNode({ simulation, id, url }: Call): Response {
  const template = simulation.world.templateById(id)
  if (!template) return unknownObject(id)
  const fields = url.searchParams.get('fields')?.split(',')
  const node = Object.entries(nodeOf(template))
  return graphJson(
    Object.fromEntries(fields ? node.filter(([name]) => ['id', ...fields].includes(name)) : node),
  )
}

/** POST /{template}: approved ones once a day and ten times a month, others as often as one likes; reviewed again. */
export async function editTemplate(call: Call): Promise<Response> {
  const { simulation, id } = call
  const template = simulation.world.templateById(id)
  if (!template) return unknownObject(id)
  const { components, category } = await paramsOf(call)
  if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status))
    return graphError({ code: 100, subcode: 2388039, details: 'A template under review cannot be changed.' })
  if (typeof category === 'string' && category !== template.category && template.status === 'APPROVED')
    return graphError({ code: 100, details: 'The category of an approved template cannot be changed.' })
  if (components !== undefined && !Array.isArray(components))
    return graphError({ code: 100, details: 'components must be an array' })
  if (template.status === 'APPROVED' && !mayEdit(template, simulation.now()))
    return graphError({
      code: 100,
      subcode: 2388039,
      details: 'Approved templates: 1 edit in 24 hours, 10 in 30 days.',
    })
  if (Array.isArray(components)) template.components = components
  if (typeof category === 'string') template.category = category
  simulation.review(template)
  return graphJson({ success: true, id, name: template.name, category: template.category })
}

function mayEdit(template: Template, now: number): boolean {
  const within = (ms: number) => (template.edits ?? []).filter((at) => now - at < ms).length
  if (within(dayMs) >= 1 || within(30 * dayMs) >= 10) return false
  template.edits = [...(template.edits ?? []), now]
  return true
}

/** POST /{template}/unpause: not before five minutes. */
export function unpauseTemplate({ simulation, id }: Call): Response {
  const template = simulation.world.templateById(id)
  if (!template) return unknownObject(id)
  const isEarly = simulation.now() - (template.pausedAt ?? 0) < pausedMsMin
  if (template.status !== 'PAUSED' || isEarly)
    return graphJson({ success: false, reason: isEarly ? 'paused less than 5 minutes ago' : 'not paused' })
  simulation.setTemplateStatus(template, 'APPROVED')
  return graphJson({ success: true })
}
