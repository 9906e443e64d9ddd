import type { LimitName } from '../limits/limits.ts'
import { pages } from '../pages.ts'
import type { Field } from '../send/field.ts'
import { type Check, type CheckRules, checkObject } from './check.ts'

export type FileKind = 'image' | 'video' | 'audio' | 'document' | 'sticker'

const office = 'application/vnd.openxmlformats-officedocument'

/** What Meta takes, by what it is sent as. `pages.media` */
export const mediaTypes: Readonly<Record<FileKind, readonly string[]>> = {
  audio: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  document: [
    'text/plain',
    'application/pdf',
    'application/msword',
    `${office}.wordprocessingml.document`,
    'application/vnd.ms-excel',
    `${office}.spreadsheetml.sheet`,
    'application/vnd.ms-powerpoint',
    `${office}.presentationml.presentation`,
  ],
  image: ['image/jpeg', 'image/png'],
  video: ['video/mp4', 'video/3gpp'],
  sticker: ['image/webp'],
}

export interface FileRules extends CheckRules {
  /** Other documents are taken in practice. [?] */
  otherDocuments?: 'refuse' | 'allow'
}

/** A file to be: what it is sent as, its type (parameters such as `codecs` aside) and its size in bytes. */
export interface FileToSend {
  kind: FileKind
  mime_type: string
  size: number
  /** Of stickers. */
  animated?: boolean
  /** Of videos: to be shown as a GIF. */
  gif?: boolean
}

/** Whether Meta would take a file; the code is 131053, as for one that it finds unfit later. */
export const validateFile = (file: FileToSend, rules: FileRules = {}): Check =>
  checkObject(file, pages.media, rules, (root) => {
    const kind = root.get('kind').oneOf(['image', 'video', 'audio', 'document', 'sticker'])
    if (kind === undefined) return
    checkType(root.get('mime_type'), kind, rules)
    root.get('size').integer(sizeOf(kind, root), 131053)
  })

function checkType(field: Field, kind: FileKind, { otherDocuments = 'allow' }: FileRules): void {
  const text = field.text('mediaId')
  const type = text?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (text === undefined || mediaTypes[kind].includes(type)) return
  if (kind === 'document' && otherDocuments === 'allow' && /^[\w.+-]+\/[\w.+-]+$/.test(type)) return
  field.refuse('not_one_of', `Param ${field.name} must be one of {${mediaTypes[kind].join(', ')}}.`, {
    code: 131053,
  })
}

function sizeOf(kind: FileKind, root: Field): LimitName {
  if (kind === 'sticker')
    return root.get('animated').value === true ? 'animatedStickerBytes' : 'staticStickerBytes'
  if (kind === 'video' && root.get('gif').value === true) return 'gifBytes'
  return `${kind}Bytes`
}
