import { safeHeaders } from '@palomar/blob'
import type { mediaV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Handler } from '@palomar/rpc'
import { findFile } from '../db/files.ts'
import { mediaOf } from '../domain/file.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** Long enough to begin a download, too short to be passed around. */
const urlLifeS = 300

export function getMediaUrl({
  db,
  blob,
  clock,
}: RpcDeps): Handler<mediaV1.GetMediaUrlRequest, mediaV1.GetMediaUrlResponse> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('media', request.id)
    const row = await db.forTenant(tenantId, (tx) => findFile(tx, tenantId, id), { readOnly: true })
    if (!row) throw notFound()
    if (row.state === 'deleted') throw appError('media_deleted')
    if (row.state !== 'stored') throw appError('media_not_stored')
    const url = await blob.signedUrl(row.blob_key, {
      expiresInS: urlLifeS,
      ...safeHeaders(row.mime_type, row.filename),
    })
    return { media: mediaOf(row), url, expiresAt: new Date(clock.now() + urlLifeS * 1000) }
  }
}
