import { type Blob, TooLarge } from '@palomar/blob'
import { mediaV1 } from '@palomar/contracts'
import { type Db, insertOutbox } from '@palomar/db'
import { AppError, appError } from '@palomar/errors'
import type { Clock, Logger } from '@palomar/runtime'
import type { FileRow } from '../db/file-row.ts'
import { markFailed, markStored, putOff, type Taken, takeUpload } from '../db/work.ts'
import { blobKeyOf, mediaOf, stateChanged } from '../domain/file.ts'
import { beginsAs, headBytes } from '../domain/first-bytes.ts'
import { isMediaKind, kindBytesMax } from '../domain/kind.ts'
import { readUpload } from '../domain/upload-address.ts'
import { whileHeld } from '../fetch/held.ts'

export interface UploadDeps {
  db: Db
  blob: Blob
  clock: Clock
  logger: Logger
  /** Signs addresses. */
  secret: string
}

/**
 * PUT of a new file's bytes at its signed address, once; answers the stored Media as protobuf. The place is taken under a
 * lease, so a second PUT meanwhile is a conflict; a stream that breaks gives it back.
 *
 * Dies in between: nothing is stored under the file's name, the lease ends, and the address may be used again until it
 * expires; then the file fails as `media_upload_expired`. Dies after the commit: the file is stored, whoever asks by
 * its id sees it.
 */
export async function putUpload(request: Request, url: URL, deps: UploadDeps): Promise<Response> {
  const { db, blob, clock, logger } = deps
  const address = readUpload(url, deps.secret, clock.now())
  if (!address) throw appError('forbidden', { detail: 'The upload address is not valid any more.' })
  const key = { tenantId: address.tenantId, id: address.id }
  const lease = crypto.randomUUID()
  const row = await db.forTenant(key.tenantId, (tx) => takeUpload(tx, key, lease))
  if (!row) throw appError('conflict', { detail: 'This upload is under way, done, or given up.' })
  if (row.previous) await blob.delete(blobKeyOf(key.tenantId, key.id, row.previous))
  const blobKey = blobKeyOf(key.tenantId, key.id, lease)
  try {
    const stored = await whileHeld({ db, logger }, key, lease, (signal) =>
      blob.put(blobKey, withHead(request.body ?? [], row), {
        mimeType: row.mime_type,
        bytesMax: bytesMaxOf(row),
        signal,
        check: ({ sizeBytes }) => checkSize(sizeBytes, row),
      }),
    )
    const now = new Date(clock.now())
    const changed = await db.forTenant(key.tenantId, async (tx) => {
      const written = await markStored(tx, key, lease, { ...stored, blobKey, now })
      if (written) insertOutbox(tx, 'media', [stateChanged(written, now)])
      return written
    })
    if (changed) return mediaResponse(changed)
    await blob.delete(blobKey)
    throw appError('conflict', { detail: 'This upload was given up meanwhile.' })
  } catch (error) {
    const refusal = error instanceof TooLarge ? tooLarge(row) : error
    await giveBack(row, refusal, deps)
    if (refusal instanceof AppError) throw refusal
    throw appError('bad_request', { detail: 'The bytes did not all arrive.', cause: error })
  }
}

function mediaResponse(row: FileRow): Response {
  const bytes = mediaV1.Media.encode(mediaOf(row)).finish()
  return new Response(Uint8Array.from(bytes), { headers: { 'content-type': 'application/x-protobuf' } })
}

/** A refused file has failed for good; anything else may be put again. */
async function giveBack(row: Taken, error: unknown, { db, clock, logger }: UploadDeps): Promise<void> {
  const key = { tenantId: row.tenant_id, id: row.id }
  const code = error instanceof AppError ? failures[error.code] : undefined
  await db
    .forTenant(key.tenantId, async (tx) => {
      if (code === undefined) return putOff(tx, key, row.lease, row.give_up_at ?? new Date(clock.now()))
      const failed = await markFailed(tx, key, row.lease, code)
      if (failed) insertOutbox(tx, 'media', [stateChanged(failed, new Date(clock.now()))])
    })
    .catch((err: unknown) => logger.warn('an upload is left to its lease', { media_id: row.id, error: err }))
}

const failures: Partial<Record<string, string>> = {
  payload_too_large: 'media_too_large',
  validation_failed: 'media_mismatch',
}

const bytesMaxOf = ({ kind }: FileRow) => (isMediaKind(kind) ? kindBytesMax[kind] : 0)

export function tooLarge({ kind }: Pick<FileRow, 'kind'>): AppError {
  const max = isMediaKind(kind) ? kindBytesMax[kind] : 0
  const detail = `${kind} files may have at most ${max} bytes.`
  return appError('payload_too_large', { detail, fields: [{ path: 'file', code: 'too_large', detail }] })
}

function checkSize(sizeBytes: number, row: FileRow): void {
  if (sizeBytes === 0) throw mismatch('empty', 'The file is empty.')
  const announced = Number(row.announced_bytes)
  if (announced !== 0 && sizeBytes !== announced) {
    throw mismatch('size', `${announced} bytes were announced, ${sizeBytes} came.`)
  }
}

function mismatch(code: string, detail: string): AppError {
  return appError('validation_failed', { fields: [{ path: 'file', code, detail }] })
}

/** The stream, once its first bytes are seen to be those of its type. */
async function* withHead(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { mime_type }: FileRow,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array()
  const checked = (bytes: Uint8Array) => {
    if (bytes.byteLength > 0 && !beginsAs(mime_type, bytes)) {
      throw mismatch('not_its_type', `These are not the bytes of ${mime_type}.`)
    }
    return bytes
  }
  for await (const chunk of source) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.byteLength < headBytes) continue
    yield checked(head)
    head = undefined
  }
  if (head !== undefined) yield checked(head)
}
