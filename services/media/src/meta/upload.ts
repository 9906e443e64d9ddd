import type { Blob } from '@palomar/blob'
import type { GraphClient } from '@palomar/cloud-api'
import type { Tokens } from '../credentials.ts'
import type { FileRow } from '../db/file-row.ts'
import type { UploadResult } from '../db/meta-uploads.ts'
import type { NumberCopy } from '../db/numbers.ts'

export interface UploadDeps {
  blob: Blob
  graph: Pick<GraphClient, 'uploadMedia'>
  tokens: Tokens
  graphVersion: string
  now: () => number
}

/** Meta keeps an upload thirty days. */
export const metaKeptMs = 30 * 86_400_000
/** 100 MB at 1 MB/s, and Meta's own work on it. */
const deadlineMs = 150_000
/** What Meta says of a file that it will never take: not a type it knows, too large, unreadable. */
const refusals: readonly number[] = [100, 131051, 131053]
const unknownObject = 33

export type Uploaded = UploadResult | { again: string }

/** One upload to `POST /{phone_number_id}/media`. Dies in between: Meta may hold a file that nobody uses. */
export async function uploadToMeta(file: FileRow, number: NumberCopy, deps: UploadDeps): Promise<Uploaded> {
  const found = await deps.blob.get(file.blob_key)
  if (!found || found === 'unsatisfiable') return { again: 'the bytes are not in the store' }
  const token = await deps.tokens.get(number.tenantId, number.id)
  const answer = await deps.graph.uploadMedia({
    token,
    version: number.graphVersion || deps.graphVersion,
    phoneNumberId: number.phoneNumberId,
    mimeType: file.mime_type,
    filename: file.filename || `${file.id}${extensionOf(file.mime_type)}`,
    size: found.sizeBytes,
    bytes: found.bytes,
    deadlineMs,
  })
  if (answer.kind === 'ok') {
    return { metaMediaId: answer.value.id, expiresAt: new Date(deps.now() + metaKeptMs) }
  }
  if (answer.kind !== 'error') return { again: answer.reason }
  const { code, subcode, title } = answer.error
  if (code === 190) deps.tokens.drop(number.id)
  const said = `Graph ${code}: ${title}`
  if (refusals.includes(code) && subcode !== unknownObject)
    return { refusalCode: 'media_refused', detail: said }
  return { again: said }
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'video/mp4': '.mp4',
  'video/3gpp': '.3gp',
  'audio/aac': '.aac',
  'audio/amr': '.amr',
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'audio/ogg': '.ogg',
  'application/pdf': '.pdf',
}

const extensionOf = (mimeType: string) => extensions[mimeType] ?? ''
