import { type Id, parseId } from './ids.ts'

/**
 * The file of ours that a message names: in Meta's object of its type, where an id of ours (`med_…`) stands for Meta's. A
 * picture, video, document, audio or sticker names its own; a template or an interactive message one in its header.
 */
export function mediaNamedIn(content: Readonly<Record<string, unknown>>): Id<'media'> | undefined {
  return named(content) ?? inHeader(content)
}

const named = (object: Readonly<Record<string, unknown>>): Id<'media'> | undefined =>
  typeof object.id === 'string' ? parseId('media', object.id) : undefined

function inHeader(content: Readonly<Record<string, unknown>>): Id<'media'> | undefined {
  const parameters = objectsIn(content.components).flatMap((component) => objectsIn(component.parameters))
  for (const holder of [...objectsIn([content.header]), ...parameters]) {
    const inner = typeof holder.type === 'string' ? holder[holder.type] : undefined
    const [id] = objectsIn([inner]).map(named)
    if (id) return id
  }
  return undefined
}

function objectsIn(values: unknown): Record<string, unknown>[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'object' && value !== null) : []
}
