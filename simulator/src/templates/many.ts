import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import { paramsOf, textOf } from '../graph/params.ts'
import type { Template } from '../world/types.ts'
import { withAuthenticationText } from './authentication.ts'
import { addTemplate } from './create.ts'
import { templateRefusal } from './rules.ts'

/** Of one request. */
const idsMax = 100

/** DELETE /{waba}/message_templates?name= in all its languages; `hsm_id` takes one of them, `hsm_ids` a hundred. */
export function deleteTemplates({ simulation, id, url }: Call): Response {
  const name = url.searchParams.get('name')
  const one = url.searchParams.get('hsm_id')
  const many = url.searchParams.get('hsm_ids')?.match(/\d+/g)?.slice(0, idsMax)
  const doomed = simulation.world.templatesOf(id).filter((template) => {
    if (template.status === 'DELETED') return false
    if (many) return many.includes(template.id)
    return template.name === name && (one === null || template.id === one)
  })
  if (doomed.length === 0) return graphError({ code: 100, details: 'There is no such template.' })
  for (const template of doomed) {
    if (template.wasApproved || template.status === 'APPROVED')
      simulation.templates.quotas.lock(id, template.name)
    simulation.templates.life.setStatus(template, 'DELETED')
  }
  return graphJson({ success: true })
}

/** POST /{waba}/upsert_message_templates: templates for codes in many languages, made or changed. */
export async function upsertTemplates(call: Call): Promise<Response> {
  const { simulation, id } = call
  const { name, category, languages, components, message_send_ttl_seconds } = await paramsOf(call)
  if (category !== 'AUTHENTICATION' || !Array.isArray(languages) || languages.length === 0)
    return graphError({ code: 100, details: 'category must be AUTHENTICATION, and languages a list.' })
  const data: { id: string; status: string; language: string }[] = []
  for (const language of languages.map(textOf)) {
    const draft = {
      name: textOf(name),
      language,
      category,
      components,
      ...(message_send_ttl_seconds === undefined ? {} : { message_send_ttl_seconds }),
    }
    const refusal = templateRefusal(draft)
    if (refusal) return graphError(refusal)
    const known = simulation.world.template(id, draft.name, language)
    if (known && known.status !== 'DELETED')
      known.components = withAuthenticationText(components as [], language)
    else {
      const full = simulation.templates.quotas.refusal(id, draft.name, language)
      if (full) return graphError(full)
    }
    const template =
      known && known.status !== 'DELETED'
        ? known
        : addTemplate(simulation, id, draft as Parameters<typeof addTemplate>[2])
    simulation.templates.life.review(template, template === known)
    data.push({ id: template.id, status: template.status, language })
  }
  return graphJson({ data })
}

/** POST /{waba}/message_templates/archive: each by itself. Source: Meta, "Template archival". */
export const archiveTemplates = (call: Call): Promise<Response> =>
  each(call, 'archived_templates', (template) => call.simulation.templates.life.archive(template))

/** POST /{waba}/message_templates/unarchive */
export const unarchiveTemplates = (call: Call): Promise<Response> =>
  each(call, 'unarchived_templates', (template) => call.simulation.templates.life.unarchive(template))

async function each(
  call: Call,
  word: string,
  act: (template: Template) => string | undefined,
): Promise<Response> {
  const { simulation, id } = call
  const { hsm_ids } = await paramsOf(call)
  // A list, or as pywa (`api.py`) sends it a text with commas.
  const ids = Array.isArray(hsm_ids) ? hsm_ids.map(String) : (textOf(hsm_ids).match(/\d+/g) ?? [])
  if (ids.length === 0 || ids.length > idsMax)
    return graphError({ code: 100, details: `hsm_ids must be 1 to ${idsMax} ids of templates` })
  const done: string[] = []
  const failed: Record<string, string> = {}
  for (const templateId of ids) {
    const template = simulation.world.templateById(templateId)
    const problem = template?.wabaId === id ? act(template) : 'Template not found'
    if (problem) failed[templateId] = problem
    else done.push(templateId)
  }
  return graphJson({ [word]: done, failed_templates: failed })
}
