import type { mediaV1 } from '@palomar/contracts'
import { insertOutbox } from '@palomar/db'
import type { Handler } from '@palomar/rpc'
import { findFile, reviveFile } from '../db/files.ts'
import { mediaOf, stateChanged } from '../domain/file.ts'
import { idOr404, notFound, type RpcDeps, tenantUuid } from './deps.ts'

/** Somebody waits: not for days again. */
const triedAgainMs = 24 * 3_600_000

/** Only what failed is tried again; what is pending, stored or deleted is answered as it is. Twice is once. */
export function retryMedia({ db, clock, rouse }: RpcDeps): Handler<mediaV1.RetryMediaRequest, mediaV1.Media> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    const id = idOr404('media', request.id)
    const now = clock.now()
    const row = await db.forTenant(tenantId, async (tx) => {
      const revived = await reviveFile(tx, tenantId, id, new Date(now + triedAgainMs))
      if (revived) insertOutbox(tx, 'media', [stateChanged(revived, new Date(now))])
      return revived ?? (await findFile(tx, tenantId, id))
    })
    if (!row) throw notFound()
    rouse()
    return mediaOf(row)
  }
}
