import type { Answer, Handler } from '@palomar/bus'
import { type automationEventsV1, idPrefixes, parseId, uuidOf } from '@palomar/contracts'
import { type Db, isDataError, runBatch } from '@palomar/db'
import { ackDecision } from '@palomar/errors'
import { insertOthersEntries, type OthersEntry } from '../db/audit.ts'

/**
 * What was changed at another service, into the company's audit log. The entry's id was minted with the change, so dying
 * anywhere, or the event twice or late, makes the same entry; lists go by that id, which holds the time of the change. An
 * entry of a company that is unknown here cannot be kept and becomes a dead letter.
 */
export function auditedHandler({ db }: { db: Db }): Handler<automationEventsV1.Event> {
  return async function handle(delivered) {
    const answers: Answer[] = delivered.map(() => 'ok')
    const read: { entry: OthersEntry; at: number }[] = []
    for (const [at, { event }] of delivered.entries()) {
      if (event.payload?.$case !== 'audited') continue
      const entry = entryOf(event)
      if (entry) read.push({ entry, at })
      else answers[at] = { dead: { reason: 'an audit entry that cannot be read', code: 'validation_failed' } }
    }
    const outcomes = await runBatch(read, {
      key: ({ entry }) => `${entry.tenantId}/${entry.id}`,
      run: (part) =>
        db.forTenants(new Set(part.map(({ entry }) => entry.tenantId)), async (tx) => {
          await insertOthersEntries(
            tx,
            part.map(({ entry }) => entry),
          )
          return part.map(() => null)
        }),
    })
    for (const [n, { at }] of read.entries()) {
      const outcome = outcomes[n]
      if (outcome && 'error' in outcome) answers[at] = answerFor(outcome.error)
    }
    return answers
  }
}

function answerFor(error: unknown): Answer {
  if (isDataError(error)) return { dead: { reason: 'an audit entry that Postgres refuses' } }
  const decision = ackDecision(error)
  // No event is at fault: the whole batch is handed back.
  if (decision.kind === 'nak') throw error
  return decision.kind === 'dead'
    ? { dead: { reason: decision.reason } }
    : { retry: { reason: 'an audit entry could not be written' } }
}

function entryOf({ header, payload }: automationEventsV1.Event): OthersEntry | undefined {
  if (payload?.$case !== 'audited') return undefined
  const { entryId, actorId, action, entity, entityId, metadataJson } = payload.value
  const tenant = parseId('tenant', header?.tenantId ?? '')
  const id = parseId('audit', entryId)
  if (!tenant || !id || !header?.time || action === '') return undefined
  if (!(entity in idPrefixes)) return undefined
  return {
    tenantId: uuidOf(tenant),
    id: uuidOf(id),
    actorId,
    action,
    entity,
    entityId,
    metadataJson: metadataJson || '{}',
    at: header.time,
  }
}
