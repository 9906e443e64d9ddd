import { type Id, type inboxV1, mediaIdOfMessage, mediaNamedIn } from '@palomar/contracts'
import type { MediaRow } from '../db/media.ts'
import { contentOf } from './preview.ts'

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
  return row.content.includes('"med_') ? mediaNamedIn(contentOf(row.type, row.content)) : undefined
}

/** What is known of it; until somebody has said anything it is `pending`, as what the message itself says of it. */
export function mediaRefOf(
  row: MediaBearer & { media?: MediaRow | undefined },
): inboxV1.MediaRef | undefined {
  const id = mediaIdOf(row)
  if (!id) return undefined
  const content = contentOf(row.type, row.content)
  const { media } = row
  return {
    id,
    state: media?.state ?? 'pending',
    mimeType: media?.mimeType || text(content.mime_type),
    sizeBytes: media?.sizeBytes ?? 0n,
    filename: media?.filename || text(content.filename),
    failureCode: media?.failureCode ?? '',
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
