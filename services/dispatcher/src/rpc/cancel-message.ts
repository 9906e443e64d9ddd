import { type dispatcherV1, parseId, uuidOf } from '@palomar/contracts'
import { type Db, insertOutbox, rerunOnConflict } from '@palomar/db'
import { appError } from '@palomar/errors'
import { type CallContext, tenantOf } from '@palomar/rpc'
import { type Clock, injectTraceparent } from '@palomar/runtime'
import { attemptOf, endingOf } from '../db/message-row.ts'
import { cancelRow, readMessage } from '../db/messages.ts'
import { foldMessage, keptAfterEndMs } from '../domain/message.ts'
import { stateChangedEvent } from '../events.ts'
import { outboundOf } from '../outbound.ts'
import { tenantUuid } from './tenant-uuid.ts'

/**
 * Wins only against a row that is still queued: the same condition as the attempt statement's, so of a cancel and a claim
 * at the same moment exactly one finds the row as it needs it.
 */
export function cancelMessage({ db, clock }: { db: Db; clock: Clock }) {
  return async (
    { id }: dispatcherV1.CancelMessageRequest,
    { caller }: CallContext,
  ): Promise<dispatcherV1.OutboundMessage> => {
    const tenant = tenantUuid(tenantOf(caller))
    const message = parseId('message', id)
    if (!message) throw appError('not_found')
    const now = new Date(clock.now())
    return rerunOnConflict(() =>
      db.forTenant(tenant, async (tx) => {
        const cancelled = await cancelRow(
          tx,
          tenant,
          uuidOf(message),
          now,
          new Date(now.getTime() + keptAfterEndMs),
        )
        const found = await readMessage(tx, tenant, uuidOf(message))
        if (!found) throw appError('not_found')
        if (!cancelled && found.row.state !== 'cancelled')
          throw appError('not_cancellable', {
            detail: `The message is ${found.row.state}; only a queued one can be cancelled.`,
          })
        if (cancelled) {
          const fold = foldMessage(found.attempts.map(attemptOf), endingOf(found.row))
          insertOutbox(tx, 'dispatch', [
            stateChangedEvent(found.row, found.row.version, fold, now, injectTraceparent()),
          ])
        }
        return outboundOf(found.row, found.attempts)
      }),
    )
  }
}
