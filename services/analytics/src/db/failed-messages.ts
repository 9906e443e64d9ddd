import { idFromUuid, uuidOfFact } from '@palomar/contracts'
import type { Tx } from '@palomar/db'
import type { Change } from '../domain/counts.ts'
import type { Fact } from '../domain/fact.ts'
import { deleteRecent, insertRecent, type RecentEventRow } from './recent-events.ts'

/** A message is in the list of what happened exactly while its last word is that it failed. */
export async function keepFailed(tx: Tx, changes: readonly Change[]): Promise<void> {
  const touched = changes.filter(({ before, after }) => (before && hasFailed(before)) || hasFailed(after))
  const gone = touched.filter(({ before, after }) => before && hasFailed(before) && isOther(before, after))
  await deleteRecent(
    tx,
    gone.map(({ after }) => ({ tenantId: after.tenantId, id: eventOf(after) })),
  )
  await insertRecent(
    tx,
    touched.flatMap(({ after }) => (hasFailed(after) ? rowOf(after) : [])),
  )
}

const hasFailed = (fact: Fact) => fact.state === 'failed' && fact.failedAt !== null

/** It no longer says what the list says. */
function isOther(before: Fact, after: Fact): boolean {
  const said = (fact: Fact) => JSON.stringify([fact.failedAt, rowOf(fact).detail])
  return !hasFailed(after) || said(before) !== said(after)
}

const eventOf = (fact: Fact) => uuidOfFact('analytics', 'message_failed', fact.tenantId, fact.messageId)

function rowOf(fact: Fact): RecentEventRow {
  return {
    tenantId: fact.tenantId,
    id: eventOf(fact),
    at: fact.failedAt ?? fact.at,
    kind: 'message_failed',
    numberId: fact.numberId,
    messageId: fact.messageId,
    conversationId: fact.conversationId,
    subject: idFromUuid('message', fact.messageId),
    version: fact.version,
    state: fact.state,
    detail: { error_code: fact.errorCode, failure_code: fact.failureCode, type: fact.type },
  }
}
