import type { Template } from '../world/types.ts'
import { graphError, graphJson } from './answer.ts'
import type { Call } from './call.ts'

/** GET /{waba}/message_templates, paged by an opaque cursor. */
export function listTemplates({ simulation, id, url }: Call): Response {
  const limit = Math.min(Math.max(Number(url.searchParams.get('limit') ?? 25) || 25, 1), 250)
  const after = offsetOf(url.searchParams.get('after'))
  const asked = (template: Template) =>
    (['name', 'language', 'status', 'category'] as const).every((field) => {
      const wanted = url.searchParams.get(field)
      return wanted === null || template[field] === wanted
    })
  const all = simulation.world.templatesOf(id).filter(asked)
  const end = Math.min(after + limit, all.length)
  const next = new URL(url)
  next.searchParams.set('after', btoa(String(end)))
  return graphJson({
    data: all.slice(after, end).map(nodeOf),
    paging: {
      cursors: { before: btoa(String(after)), after: btoa(String(end)) },
      ...(end < all.length ? { next: next.href } : {}),
    },
    ...summaryOf(url.searchParams.get('summary'), all.length),
  })
}

/** Counts over all pages, when they are asked for: `summary=total_count,message_template_count`. */
function summaryOf(asked: string | null, count: number): { summary?: Record<string, unknown> } {
  const counts = {
    total_count: count,
    message_template_count: count,
    message_template_limit: 6_000,
    are_translations_complete: true,
  }
  const wanted = Object.entries(counts).filter(([name]) => asked?.split(',').includes(name))
  return wanted.length > 0 ? { summary: Object.fromEntries(wanted) } : {}
}

function offsetOf(cursor: string | null): number {
  try {
    return Math.max(0, Number(atob(cursor ?? btoa('0'))) || 0)
  } catch {
    return 0
  }
}

export const nodeOf = ({ wabaId: _, parameterFormat, edits: _e, pausedAt: _p, ...template }: Template) => ({
  ...template,
  parameter_format: parameterFormat,
})

let created = 0

/** POST /{waba}/message_templates: reviewed after a while, and the account hears of it. */
export async function createTemplate({ simulation, request, id }: Call): Promise<Response> {
  const { world } = simulation
  const body = (await request.json().catch(() => undefined)) as Partial<Template> & {
    parameter_format?: string
  }
  const { name, language, category, components } = body ?? {}
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
    return graphError({
      code: 100,
      subcode: 2388109,
      details: 'name may have lower-case letters, digits and _ only',
    })
  }
  if (typeof language !== 'string' || typeof category !== 'string' || !Array.isArray(components)) {
    return graphError({ code: 100, details: 'language, category and components are required' })
  }
  if (world.template(id, name, language)) {
    return graphError({
      code: 100,
      subcode: 2388024,
      details: 'There is already content in this language for this template.',
    })
  }
  created += 1
  const template: Template = {
    id: String(600_000_000_000_000 + created),
    wabaId: id,
    name,
    language,
    category,
    status: 'PENDING',
    parameterFormat: body.parameter_format === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components,
  }
  world.addTemplate(template)
  simulation.review(template)
  return graphJson({ id: template.id, status: template.status, category })
}

/** DELETE /{waba}/message_templates?name= in all its languages; `hsm_id` takes one of them, `hsm_ids` a hundred. */
export function deleteTemplates({ simulation, id, url }: Call): Response {
  const name = url.searchParams.get('name')
  const one = url.searchParams.get('hsm_id')
  const many = url.searchParams.get('hsm_ids')?.match(/\d+/g)?.slice(0, 100)
  const doomed = simulation.world.templatesOf(id).filter((template) => {
    if (template.status === 'DELETED') return false
    if (many) return many.includes(template.id)
    return template.name === name && (one === null || template.id === one)
  })
  if (doomed.length === 0) return graphError({ code: 100, details: 'There is no such template.' })
  for (const template of doomed) simulation.setTemplateStatus(template, 'DELETED')
  return graphJson({ success: true })
}
