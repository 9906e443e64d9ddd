import type { mediaV1 } from '@palomar/contracts'
import { insertOutbox } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { deleteFile, findFile } from '../db/files.ts'
import { mediaOf, stateChanged } from '../domain/file.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** From the commit on nobody gets the bytes; they go from the store when the worker comes by. Twice is once. */
export function deleteMedia({
  db,
  clock,
  rouse,
}: RpcDeps): Handler<mediaV1.DeleteMediaRequest, mediaV1.Media> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('media', request.id)
    const row = await db.forTenant(tenantId, async (tx) => {
      const deleted = await deleteFile(tx, tenantId, id)
      if (deleted) insertOutbox(tx, 'media', [stateChanged(deleted, new Date(clock.now()))])
      return deleted ?? (await findFile(tx, tenantId, id))
    })
    if (!row) throw notFound()
    rouse()
    return mediaOf(row)
  }
}
