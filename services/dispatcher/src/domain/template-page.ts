import type { TemplateDefinition } from '@palomar/cloud-api'
import { appError } from '@palomar/errors'

/** A template with the account that has it and the numbers that can send it. */
export interface OwnedTemplate extends TemplateDefinition {
  wabaId: string
  numberIds: string[]
}

export interface TemplateFilter {
  /** Meta's status; empty: APPROVED; ANY: whatever it is. */
  status: string
  category: string
  language: string
  query: string
}

/** A page in the order of name, language, account and id; without a limit the whole list. */
export function templatePage(
  templates: readonly OwnedTemplate[],
  filter: TemplateFilter,
  page: { limit: number; cursor: string } | undefined,
): { templates: OwnedTemplate[]; nextCursor: string } {
  const after = placeOf(page?.cursor ?? '')
  const rows = templates
    .filter((template) => fits(template, filter))
    .map((template) => ({ template, key: keyOf(template) }))
    .filter(({ key }) => after === undefined || compare(key, after) > 0)
    .sort((a, b) => compare(a.key, b.key))
  const limit = page && page.limit > 0 ? page.limit : rows.length
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    templates: shown.map(({ template }) => template),
    nextCursor: last && rows.length > limit ? cursorOf(last.key) : '',
  }
}

function fits(template: OwnedTemplate, { status, category, language, query }: TemplateFilter): boolean {
  const wanted = status === '' ? 'APPROVED' : status.toUpperCase()
  if (wanted !== 'ANY' && template.status.toUpperCase() !== wanted) return false
  if (category !== '' && template.category.toUpperCase() !== category.toUpperCase()) return false
  if (language !== '' && template.language !== language) return false
  const words = query.trim().toLowerCase()
  if (words === '') return true
  const texts = [template.name, ...template.components.map(({ text }) => text ?? '')]
  return texts.some((text) => text.toLowerCase().includes(words))
}

const keyOf = ({ name, language, wabaId, id }: OwnedTemplate): string[] => [name, language, wabaId, id]

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? ''
    if (part !== other) return part < other ? -1 : 1
  }
  return 0
}

const cursorOf = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url')

function placeOf(cursor: string): string[] | undefined {
  if (cursor === '') return undefined
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string'))
      return parts
  } catch {
    // Refused below, like any other text that is not ours.
  }
  const detail = 'The cursor is not one of this list.'
  throw appError('bad_request', { detail, fields: [{ path: 'cursor', code: 'invalid', detail }] })
}
