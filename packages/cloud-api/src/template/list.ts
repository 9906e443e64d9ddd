import { isObject, type Json } from '../json.ts'
import type { TemplateComponent, TemplateDefinition } from './definition.ts'

/** One page of `GET /{waba}/message_templates`; undefined when the answer is no such page. */
export function parseTemplatePage(
  json: unknown,
): { templates: TemplateDefinition[]; after?: string } | undefined {
  if (!isObject(json) || !Array.isArray(json.data)) return undefined
  const templates = json.data.flatMap((item) => templateOf(item) ?? [])
  const paging = isObject(json.paging) ? json.paging : {}
  const cursors = isObject(paging.cursors) ? paging.cursors : {}
  // The last page has cursors too, but no next.
  const after =
    typeof paging.next === 'string' && typeof cursors.after === 'string' ? cursors.after : undefined
  return { templates, ...(after ? { after } : {}) }
}

function templateOf(json: unknown): TemplateDefinition | undefined {
  if (!isObject(json) || typeof json.name !== 'string' || typeof json.language !== 'string') return undefined
  return {
    id: word(json.id),
    name: json.name,
    language: json.language,
    category: word(json.category),
    status: word(json.status),
    parameterFormat: json.parameter_format === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components: (Array.isArray(json.components) ? json.components : []).filter(isComponent),
    ...(isObject(json.quality_score) && word(json.quality_score.score) !== ''
      ? { quality: word(json.quality_score.score) }
      : {}),
    ...(word(json.rejected_reason) !== '' && json.rejected_reason !== 'NONE'
      ? { rejectedReason: word(json.rejected_reason) }
      : {}),
  }
}

const isComponent = (value: Json): value is TemplateComponent & Json =>
  isObject(value) &&
  typeof value.type === 'string' &&
  (value.text === undefined || typeof value.text === 'string') &&
  (value.format === undefined || typeof value.format === 'string') &&
  (value.buttons === undefined || isListWithTypes(value.buttons)) &&
  (value.cards === undefined || (Array.isArray(value.cards) && value.cards.every(isCard)))

const isListWithTypes = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isObject(item) && typeof item.type === 'string')

const isCard = (value: unknown): boolean =>
  isObject(value) && Array.isArray(value.components) && value.components.every(isComponent)

const word = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
