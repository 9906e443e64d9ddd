import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import type { Candidate } from '../db/attempts.ts'
import { postponeRows } from '../db/messages.ts'
import { rowNeedsWindow } from '../domain/admission.ts'
import type { SettledUntil } from '../doubt/settled-until.ts'
import type { InboxWindows } from '../inbox-windows.ts'
import { keysOf, refuseCandidates, tenantsOf } from './refuse.ts'

const askAgainMinMs = 500
const askAgainMaxMs = 5_000
/** The longest window there is, after a click on an ad: no webhook from before the accept can hold one open past it. */
const longestWindowMs = 72 * 3_600_000

/**
 * The last look at the customer service window, at the attempt. What our copy says is closed is asked of inbox in one
 * question; open there: send. A no is final only when every webhook that came before the accept had been
 * applied before inbox was asked; until then, and while inbox is away, the row waits.
 *
 * Dies before the refusal's commit: the row is queued, its lane's next owner asks again. Dies after it: refused once, the
 * event in the outbox. Asked twice: the same. A webhook that comes after the accept and opens the window is welcome as
 * long as the row waits, and too late once it is refused.
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
    // Read first: a no counts for what had been applied when it was given, not for what was applied since.
    const settled = await settledUntil.read()
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
    for (const [i, row] of closed.entries()) {
      if ((answers?.[i]?.getTime() ?? 0) > now) open.add(row)
      else if (answers && isFinal(row, settled, now)) refused.push(row)
      else waiting.push(row)
    }
    if (refused.length > 0) await refuseCandidates(db, refused, 'window_closed', clock.now())
    if (waiting.length > 0) {
      for (const [waitMs, rows] of Map.groupBy(waiting, (row) => askAgainMs(row, now)))
        await db.forTenants(tenantsOf(rows), (tx) => postponeRows(tx, keysOf(rows), new Date(now + waitMs)))
    }
    return rows.filter((row) => open.has(row))
  }

  return { keepOpen }
}

export type WindowGate = ReturnType<typeof createWindowGate>

function isFinal(row: Candidate, settled: Date | undefined, now: number): boolean {
  if (settled && settled >= row.accepted_at) return true
  return now - row.accepted_at.getTime() > longestWindowMs
}

/** Soon while a webhook is likely on its way, then less and less often. */
function askAgainMs(row: Candidate, now: number): number {
  const ageMs = now - row.accepted_at.getTime()
  return ageMs < 4 * askAgainMinMs ? askAgainMinMs : askAgainMaxMs
}
