import { graphError, graphJson } from '../graph/answer.ts'
import type { Call } from '../graph/call.ts'
import type { Template } from '../world/types.ts'
import { fieldsOf, nodeOf } from './node.ts'

/** What comes when nobody says what is wanted. Source: Meta, message_templates edge. */
const defaultFields = [
  'name',
  'parameter_format',
  'components',
  'language',
  'status',
  'category',
  'id',
  'previous_category',
]

/** GET /{waba}/message_templates, filtered, paged by an opaque cursor. Deleted ones only when they are asked for. */
export function listTemplates({ simulation, id, url }: Call): Response {
  const limit = Math.min(Math.max(Number(url.searchParams.get('limit') ?? 25) || 25, 1), 250)
  const after = offsetOf(url.searchParams.get('after'))
  const fields = fieldsOf(url) ?? defaultFields
  const all = simulation.world.templatesOf(id).filter((template) => isAsked(template, url.searchParams))
  const end = Math.min(after + limit, all.length)
  const next = new URL(url)
  next.searchParams.set('after', btoa(String(end)))
  const data = all.slice(after, end).map((template) => nodeOf(simulation, template, fields))
  const wrong = data.find((node) => typeof node === 'string')
  if (wrong !== undefined)
    return graphError({ code: 100, title: `Tried accessing nonexisting field (${wrong})` })
  return graphJson({
    data,
    paging: {
      cursors: { before: btoa(String(after)), after: btoa(String(end)) },
      ...(end < all.length ? { next: next.href } : {}),
    },
    ...summaryOf(url.searchParams.get('summary'), all, simulation.templates.quotas.limit(id)),
  })
}

function isAsked(template: Template, query: URLSearchParams): boolean {
  const given = (name: string) => query.get(name)
  const isOneOf = (name: string, value: string) => {
    const wanted = given(name)
    // One word, or a list of them in JSON.
    return wanted === null || [...wanted.matchAll(/\w+/g)].some(([word]) => word === value)
  }
  const text = JSON.stringify(template.components).toLowerCase()
  const holds = (name: string, inside: string) => inside.includes((given(name) ?? '').toLowerCase())
  return (
    (given('status') !== null || template.status !== 'DELETED') &&
    isOneOf('status', template.status) &&
    isOneOf('category', template.category) &&
    isOneOf('language', template.language) &&
    isOneOf('quality_score', template.quality ?? 'UNKNOWN') &&
    holds('name', template.name) &&
    holds('content', text) &&
    holds('name_or_content', `${template.name} ${text}`)
  )
}

/** Counts over all pages, when they are asked for: `summary=total_count,message_template_count`. */
function summaryOf(
  asked: string | null,
  all: readonly Template[],
  limit: number,
): { summary?: Record<string, unknown> } {
  const counts = {
    total_count: all.length,
    message_template_count: new Set(all.map(({ name }) => name)).size,
    message_template_limit: limit,
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
