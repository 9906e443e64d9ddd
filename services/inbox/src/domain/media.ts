import { type Id, mediaIdOfMessage, parseId } from '@palomar/contracts'
import { contentOf, isObject } from './preview.ts'

/** What of a message decides which file it carries. */
export interface MediaBearer {
  id: string
  direction: string
  type: string
  content: string
  placeholder: boolean
}

/** The file of a message: a customer's by derivation, ours by the id that its content names. */
export function mediaIdOf(row: MediaBearer): Id<'media'> | undefined {
  if (row.direction === 'inbound') return row.placeholder ? undefined : mediaIdOfMessage(row.type, row.id)
  // Nearly every message names none, and is not worth parsing.
  if (!row.content.includes('"med_')) return undefined
  const content = contentOf(row.type, row.content)
  return named(content) ?? inHeader(content)
}

const named = (object: Record<string, unknown>): Id<'media'> | undefined =>
  typeof object.id === 'string' ? parseId('media', object.id) : undefined

/** A template's header, or an interactive message's, may show an image, a video or a document. */
function inHeader(content: Record<string, unknown>): Id<'media'> | undefined {
  const components = Array.isArray(content.components) ? content.components.filter(isObject) : []
  const parameters = components.flatMap((one) => (Array.isArray(one.parameters) ? one.parameters : []))
  for (const holder of [content.header, ...parameters].filter(isObject)) {
    const inner = typeof holder.type === 'string' ? holder[holder.type] : undefined
    const id = isObject(inner) ? named(inner) : undefined
    if (id) return id
  }
  return undefined
}
