import { type Db, insertOutbox } from '@palomar/db'
import type { Candidate } from '../db/attempts.ts'
import { endingOf } from '../db/message-row.ts'
import { type RowKey, refuseRows } from '../db/messages.ts'
import { foldMessage, keptAfterEndMs } from '../domain/message.ts'
import { stateChangedEvent } from '../events.ts'

/** Ends queued rows with a code of ours, and tells. */
export async function refuseCandidates(
  db: Db,
  rows: readonly Candidate[],
  code: string,
  nowMs: number,
): Promise<void> {
  const now = new Date(nowMs)
  await db.forTenants(tenantsOf(rows), async (tx) => {
    const leavesAt = new Date(nowMs + keptAfterEndMs)
    for (const row of await refuseRows(tx, keysOf(rows), code, now, leavesAt)) {
      insertOutbox(tx, 'dispatch', [stateChangedEvent(row, row.version, foldMessage([], endingOf(row)), now)])
    }
  })
}

export const tenantsOf = (rows: readonly Candidate[]) => new Set(rows.map((row) => row.tenant_id))
export const keysOf = (rows: readonly Candidate[]): RowKey[] =>
  rows
    .map((row) => ({ tenantId: row.tenant_id, id: row.id }))
    .sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
