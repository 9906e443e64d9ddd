import type { Answer } from '@palomar/bus'
import { ackDecision } from '@palomar/errors'
import type { Logger } from '@palomar/runtime'
import type { IncomingChange } from '../domain/incoming.ts'

/** What a body is answered when one of its changes failed. Throws when infrastructure is down: no event is at fault. */
export function answerOf(error: unknown, change: IncomingChange, logger: Logger): Answer {
  const decision = ackDecision(error)
  if (decision.kind === 'nak') throw error
  logger.error('a change could not be handled', { entry_id: change.entryId, field: change.field, error })
  return decision.kind === 'dead'
    ? { dead: { reason: decision.reason } }
    : { retry: { reason: 'a change of this body could not be handled' } }
}
