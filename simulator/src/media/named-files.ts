import type { FileKind, SendMessage } from '@palomar/cloud-api'

/** A file that a message names, by link or by the id of an upload, and what it is sent as. */
export interface NamedFile {
  kind: FileKind
  isGif: boolean
  id?: string
  link?: string
}

const kinds: Readonly<Record<string, FileKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  document: 'document',
  sticker: 'sticker',
  gif: 'video',
}
/** Kinds of messages that can name a file inside, beside those that are one. */
const mayName = new Set(['interactive', 'template'])
/** Cards of cards are no thing of Meta's. */
const depthMax = 10

/** Every file of a message: its own, of headers, and of the cards of carousels. */
export function filesOf(message: SendMessage): NamedFile[] {
  const { type } = message
  if (!(type in kinds) && !mayName.has(type)) return []
  const found: NamedFile[] = []
  const own: unknown = message[type as keyof SendMessage]
  collect(type in kinds ? { [type]: own } : own, found, 0)
  return found
}

function collect(value: unknown, found: NamedFile[], depth: number): void {
  if (typeof value !== 'object' || value === null || depth > depthMax) return
  for (const [key, inner] of Object.entries(value)) {
    const file = fileIn(key, inner)
    if (file) found.push(file)
    else collect(inner, found, depth + 1)
  }
}

function fileIn(key: string, value: unknown): NamedFile | undefined {
  const kind = kinds[key]
  if (!kind || typeof value !== 'object' || value === null) return undefined
  const { id, link } = value as { id?: unknown; link?: unknown }
  if (typeof link === 'string' && link !== '') return { kind, isGif: key === 'gif', link }
  if (typeof id === 'string' || typeof id === 'number') return { kind, isGif: key === 'gif', id: String(id) }
  return undefined
}

/** The same content with the ids under which linked files were kept, for the phone to show. */
export function withKept(content: unknown, kept: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(content)) return content.map((each) => withKept(each, kept))
  if (typeof content !== 'object' || content === null) return content
  const { link } = content as { link?: unknown }
  const id = typeof link === 'string' ? kept.get(link) : undefined
  const copy = Object.fromEntries(Object.entries(content).map(([key, inner]) => [key, withKept(inner, kept)]))
  return id === undefined ? copy : { ...copy, id }
}
