import type { TemplateComponent } from '@palomar/cloud-api'
import { graphError, graphJson, unknownObject } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf } from '../graph/params.ts'
import type { Template } from '../world/types.ts'
import { withAuthenticationText } from './authentication.ts'
import { templateRefusal } from './rules.ts'

const dayMs = 86_400_000

/** POST /{template}: approved ones once a day and ten times a month, others as often as one likes; reviewed again. */
export async function editTemplate(call: Call): Promise<Response> {
  const { simulation, id } = call
  const template = simulation.world.templateById(id)
  if (!template) return unknownObject(id)
  const { components, category, message_send_ttl_seconds, parameter_format } = await paramsOf(call)
  if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status))
    return graphError({ code: 100, subcode: 2388039, details: 'A template under review cannot be changed.' })
  if (typeof category === 'string' && category !== template.category && template.status === 'APPROVED')
    return graphError({ code: 100, details: 'The category of an approved template cannot be changed.' })
  if (components !== undefined && !Array.isArray(components))
    return graphError({ code: 100, details: 'components must be an array' })
  const wanted = {
    name: template.name,
    language: template.language,
    category: category ?? template.category,
    components: components ?? template.components,
    parameter_format: parameter_format ?? template.parameterFormat,
    ...(message_send_ttl_seconds === undefined ? {} : { message_send_ttl_seconds }),
  }
  const refusal = components === undefined ? undefined : templateRefusal(wanted)
  if (refusal) return graphError(refusal)
  if (template.status === 'APPROVED' && !mayEdit(template, simulation.now()))
    return graphError({
      code: 100,
      subcode: 2388039,
      details: 'Approved templates: 1 edit in 24 hours, 10 in 30 days.',
    })
  if (Array.isArray(components))
    template.components = withAuthenticationText(components as TemplateComponent[], template.language)
  if (typeof category === 'string') template.category = category
  if (message_send_ttl_seconds !== undefined) template.ttlSeconds = Number(message_send_ttl_seconds)
  if (parameter_format !== undefined)
    template.parameterFormat = String(parameter_format).toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL'
  simulation.templates.life.review(template, true)
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
  const isEarly = simulation.now() - (template.pausedAt ?? 0) < simulation.settings.unpauseAfterMs
  if (template.status !== 'PAUSED' || isEarly)
    return graphJson({ success: false, reason: isEarly ? 'paused less than 5 minutes ago' : 'not paused' })
  simulation.templates.life.setStatus(template, 'APPROVED', { title: 'UNPAUSE' })
  return graphJson({ success: true })
}
