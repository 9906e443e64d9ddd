import { type mediaV1, newId, uuidOf } from '@palomar/contracts'
import { insertOutbox } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { insertUpload } from '../db/files.ts'
import { mediaOf, stateChanged } from '../domain/file.ts'
import { filenameOf } from '../domain/filename.ts'
import { bareMimeType, kindBytesMax, kindOf } from '../domain/kind.ts'
import { tooLarge } from '../http/put-upload.ts'
import { invalid, type RpcDeps, tenantUuid } from './deps.ts'

/** Long enough for 100 MB over a slow line. */
const placeKeptMs = 3_600_000

/** Dies after the commit: the caller never learns the address, and the place is given up when its time is over. */
export function createUpload({
  db,
  clock,
  uploadUrl,
}: RpcDeps): Handler<mediaV1.CreateUploadRequest, mediaV1.CreateUploadResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call, request.tenantId)
    const mimeType = bareMimeType(request.mimeType)
    const kind = mimeType && kindOf(mimeType)
    if (!mimeType || !kind) {
      throw invalid('content_type', 'WhatsApp takes no files of this type.', 'unsupported_type')
    }
    const announcedBytes = Number(request.sizeBytes)
    if (announcedBytes < 0) throw invalid('size', 'A size is not negative.')
    if (announcedBytes > kindBytesMax[kind]) throw tooLarge({ kind })
    const giveUpAt = new Date(clock.now() + placeKeptMs)
    const id = uuidOf(newId('media'))
    const row = await db.forTenant(tenantId, async (tx) => {
      const made = await insertUpload(tx, {
        tenantId,
        id,
        kind,
        mimeType,
        filename: filenameOf(request.filename),
        announcedBytes,
        createdBy: call.caller.kind === 'tenant' ? call.caller.actorId : serviceName(call.caller),
        giveUpAt,
      })
      insertOutbox(tx, 'media', [stateChanged(made, new Date(clock.now()))])
      return made
    })
    const expires = Math.floor(giveUpAt.getTime() / 1000)
    return { media: mediaOf(row), uploadUrl: uploadUrl({ tenantId, id }, expires), expiresAt: giveUpAt }
  }
}

const serviceName = (caller: { kind: string; service?: string }) => caller.service ?? ''
