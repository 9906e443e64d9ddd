import { type Id, parseId, type Uuid, uuidOf } from '@palomar/contracts'

/** Where a message names one of our files. */
export interface NamedFile {
  id: Id<'media'>
  uuid: Uuid
  /** As in `template.components[0].parameters[0].image.id`. */
  path: string
}

/** Objects whose `id` is a file's. */
const bearers: readonly string[] = ['image', 'video', 'audio', 'document', 'sticker', 'gif']

/** Nearly every message names no file, and is not worth parsing for it. */
export const mayNameFiles = ({ type, content }: { type: string; content: string }): boolean =>
  type !== 'text' && content.includes('"med_')

/** Our files in a message's content, wherever Meta takes a media id. */
export function filesIn(content: unknown): NamedFile[] {
  const found: NamedFile[] = []
  walk(content, '', (bearer, path) => {
    const id = parseId('media', bearer.id as string)
    if (id) found.push({ id, uuid: uuidOf(id), path: `${path}.id` })
  })
  return found
}

/** The content with Meta's ids in place of ours. */
export function withMetaIds(
  content: Record<string, unknown>,
  metaIds: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const copy = structuredClone(content)
  walk(copy, '', (bearer) => {
    bearer.id = metaIds.get(bearer.id as string) ?? bearer.id
  })
  return copy
}

function walk(
  value: unknown,
  path: string,
  visit: (bearer: Record<string, unknown>, path: string) => void,
): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) walk(item, `${path}[${i}]`, visit)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    const bearer = inner as Record<string, unknown> | null
    if (bearers.includes(key) && typeof bearer === 'object' && typeof bearer?.id === 'string')
      visit(bearer, at)
    walk(inner, at, visit)
  }
}
