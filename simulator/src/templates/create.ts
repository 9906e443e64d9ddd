import type { TemplateComponent } from '@palomar/cloud-api'
import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf } from '../graph/params.ts'
import type { Simulation } from '../simulation.ts'
import type { Template } from '../world/types.ts'
import { withAuthenticationText } from './authentication.ts'
import { libraryTemplate } from './library.ts'
import { templateRefusal } from './rules.ts'

let created = 0

/** A template as a request has it; what is absent or of another kind is refused by the rules. */
type Draft = {
  name: string
  language: string
  category: string
  components?: TemplateComponent[]
  parameter_format?: string
  message_send_ttl_seconds?: number
  sub_category?: string
  library_template_name?: string
  library_template_button_inputs?: unknown
}

/** POST /{waba}/message_templates: reviewed after a while, and the account hears of it. Of the library: at once. */
export async function createTemplate(call: Call): Promise<Response> {
  const { simulation, id } = call
  const draft = (await paramsOf(call)) as Draft
  const named = /^[a-z0-9_]{1,512}$/.test(String(draft.name))
  if (!named)
    return graphError({
      code: 100,
      subcode: 2388109,
      details: 'name may have lower-case letters, digits and _ only',
    })
  const refusal =
    templateRefusal(draft) ?? simulation.templates.quotas.refusal(id, draft.name, draft.language)
  if (refusal) return graphError(refusal)
  if (draft.library_template_name !== undefined) return fromLibrary(simulation, id, draft)
  const template = addTemplate(simulation, id, draft)
  simulation.templates.life.review(template)
  return graphJson({ id: template.id, status: template.status, category: template.category })
}

function fromLibrary(simulation: Simulation, wabaId: string, draft: Draft): Response {
  const known = libraryTemplate(draft.library_template_name ?? '', draft.language)
  if (!known) return graphError({ code: 100, details: 'The library has no such template in this language.' })
  const template = addTemplate(simulation, wabaId, { ...draft, ...known })
  template.libraryName = known.name
  template.name = draft.name
  simulation.templates.life.setStatus(template, 'APPROVED')
  return graphJson({ id: template.id, status: template.status, category: template.category })
}

export function addTemplate({ world }: Simulation, wabaId: string, draft: Draft): Template {
  created += 1
  const template: Template = {
    id: String(600_000_000_000_000 + created),
    wabaId,
    name: draft.name,
    language: draft.language,
    category: draft.category,
    status: 'PENDING',
    parameterFormat: draft.parameter_format?.toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components: withAuthenticationText(draft.components ?? [], draft.language),
    ...(draft.message_send_ttl_seconds === undefined
      ? {}
      : { ttlSeconds: Number(draft.message_send_ttl_seconds) }),
    ...(draft.sub_category === undefined ? {} : { subCategory: draft.sub_category }),
  }
  world.addTemplate(template)
  return template
}
