import type { mediaV1 } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { findFile } from '../db/files.ts'
import { mediaOf } from '../domain/file.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

export function getMedia({ db }: RpcDeps): Handler<mediaV1.GetMediaRequest, mediaV1.Media> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('media', request.id)
    const row = await db.forTenant(tenantId, (tx) => findFile(tx, tenantId, id), { readOnly: true })
    if (!row) throw notFound()
    return mediaOf(row)
  }
}
