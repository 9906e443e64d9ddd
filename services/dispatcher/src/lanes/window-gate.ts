import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import type { Candidate } from '../db/attempts.ts'
import { postponeRows } from '../db/messages.ts'
import { rowNeedsWindow } from '../domain/admission.ts'
import type { SettledUntil } from '../doubt/settled-until.ts'
import type { InboxWindows } from '../inbox-windows.ts'
import { keysOf, refuseCandidates, tenantsOf } from './refuse.ts'

const askAgainMs = 5_000
/** While it cannot be known whether a webhook is still on its way, a no of inbox's becomes final after this long. */
const patienceMs = 2 * 60_000

/**
 * The last look at the customer service window, at the attempt. What our copy says is closed is asked of inbox in one
 * question; open there: send. A no is final only when every webhook that came before the accept has been
 * applied; until then, and while inbox is away, the row waits.
 */
export function createWindowGate(options: {
  db: Db
  inbox: InboxWindows
  settledUntil: SettledUntil
  clock: Clock
  logger: Logger
}) {
  const { db, inbox, settledUntil, clock, logger } = options

  async function keepOpen(rows: readonly Candidate[]): Promise<Candidate[]> {
    const now = clock.now()
    const isClosed = (row: Candidate) => rowNeedsWindow(row) && (row.window_expires_at?.getTime() ?? 0) <= now
    const closed = rows.filter(isClosed)
    if (closed.length === 0) return [...rows]
    const open = new Set(rows.filter((row) => !isClosed(row)))
    const refused: Candidate[] = []
    const waiting: Candidate[] = []
    const answers = await inbox
      .check(
        closed.map((row) => ({
          tenantId: row.tenant_id,
          numberId: row.number_id,
          recipientKey: row.recipient_key,
        })),
      )
      .catch((error: unknown) => {
        logger.warn('inbox cannot say whether windows are open, rows wait', { rows: closed.length, error })
        return undefined
      })
    const settled = answers && (await settledUntil.read())
    for (const [i, row] of closed.entries()) {
      if ((answers?.[i]?.getTime() ?? 0) > now) open.add(row)
      else if (answers && isFinal(row, settled, now)) refused.push(row)
      else waiting.push(row)
    }
    if (refused.length > 0) await refuseCandidates(db, refused, 'window_closed', clock.now())
    if (waiting.length > 0) {
      await db.forTenants(tenantsOf(waiting), (tx) =>
        postponeRows(tx, keysOf(waiting), new Date(now + askAgainMs)),
      )
    }
    return rows.filter((row) => open.has(row))
  }

  return { keepOpen }
}

export type WindowGate = ReturnType<typeof createWindowGate>

function isFinal(row: Candidate, settled: Date | undefined, now: number): boolean {
  if (settled) return settled >= row.accepted_at
  return now - row.accepted_at.getTime() > patienceMs
}
