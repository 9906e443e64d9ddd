import type { Bus } from '@palomar/bus'
import {
  areas,
  type DurableSpec,
  type inboxEventsV1,
  type inboxHistoryV1,
  rebuildable,
} from '@palomar/contracts'
import type { Db } from '@palomar/db'
import type { Caller, Handler } from '@palomar/rpc'
import type { Place } from '../db/conversations.ts'
import { findNextTenant, historyPage, type Range } from '../db/history.ts'
import { peopleOf } from '../db/message-people.ts'
import { decodeHistoryCursor, encodeCursor } from '../domain/cursor.ts'
import { messageStored, messageUpdated } from '../domain/facts.ts'
import { hasStates } from '../domain/resources.ts'
import { filterId, invalid } from './deps.ts'

export interface HistoryDeps {
  db: Db
  bus: Pick<Bus, 'handOver'>
}

/** Of one call: a second of work, and well within what may wait at a durable. */
const rowsMax = 2_000
const pageRows = 500
/** Companies without a message in the range cost a look each. */
const companiesMax = 200

/**
 * The facts of a range again, to the caller's durable alone. Rows say what they said the first time: a message once as
 * stored, and once with the state that it has now.
 *
 * Failure policy. Dies, or RETRY refuses, anywhere: the caller asks again with the cursor he had; what was handed over
 * already has the same ids. A message that is stored or moves on meanwhile is also told the usual way, and the higher
 * version holds.
 */
export function republish({
  db,
  bus,
}: HistoryDeps): Handler<inboxHistoryV1.RepublishRequest, inboxHistoryV1.RepublishResponse> {
  return async (request, { caller }) => {
    const durable = ownDurable(caller, request.durable)
    const range = { from: request.from ?? new Date(0), to: request.to }
    const only = filterId('tenant', request.tenantId, 'tenant_id')
    const start = decodeHistoryCursor(request.cursor)
    const next = (after?: string) => (only ? undefined : findNextTenant(db.sql, after))

    const events: inboxEventsV1.Event[] = []
    let tenantId = only ?? start?.tenantId ?? (await next())
    let after = start?.after
    let rows = 0
    for (let companies = 0; tenantId && rows < rowsMax && companies < companiesMax; ) {
      const page = await readPage(db, tenantId, range, after)
      events.push(...page.events)
      rows += page.rows
      after = page.last
      if (after) continue
      companies++
      tenantId = await next(tenantId)
    }
    await bus.handOver(areas.inbox, durable, events)
    const place = [tenantId ?? '', after?.at.toISOString() ?? '', after?.key ?? '']
    return { events: BigInt(events.length), nextCursor: tenantId ? encodeCursor(place) : '' }
  }
}

function ownDurable(caller: Caller, name: string): DurableSpec {
  const durable = rebuildable.find((one) => one.name === name && one.stream === areas.inbox.stream)
  if (caller.kind !== 'service' || durable?.service !== caller.service)
    throw invalid('durable', 'Name a durable on INBOX of your own that can be rebuilt.')
  return durable
}

/** `last` is set while more of this company may follow. */
async function readPage(
  db: Db,
  tenantId: string,
  range: Range,
  after: Place | undefined,
): Promise<{ events: inboxEventsV1.Event[]; rows: number; last: Place | undefined }> {
  return db.forTenant(
    tenantId,
    async (tx) => {
      const rows = await historyPage(tx, tenantId, range, after, pageRows)
      const people = await peopleOf(tx, rows)
      const events = rows.flatMap((row) => {
        const stored = messageStored(row, people.of(row), '')
        return hasStates(row) ? [stored, messageUpdated(row, '')] : [stored]
      })
      const last = rows.length === pageRows ? rows.at(-1) : undefined
      return { events, rows: rows.length, last: last?.at ? { at: last.at, key: last.sortKey } : undefined }
    },
    { readOnly: true },
  )
}
