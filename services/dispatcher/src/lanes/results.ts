import { createBatcher, type Db } from '@palomar/db'
import { AppError } from '@palomar/errors'
import { backoff, type Clock, type Logger } from '@palomar/runtime'
import { type Report, settle } from '../settle.ts'

const retryWait = { baseMs: 200, maxMs: 10_000 }
/** Not infrastructure: something about this report cannot be written. Tried a few times, then left for a person. */
const oddTriesMax = 5

/**
 * Records what calls have told, in groups. A result exists nowhere else, so it is kept and tried again for as long as
 * Postgres is away; if the process ends first, the attempt is in doubt and its status settles it.
 */
export function createResultRecorder({ db, clock, logger }: { db: Db; clock: Clock; logger: Logger }) {
  const batcher = createBatcher<Report, unknown>({
    name: 'results',
    key: (report) => `${report.tenantId}/${report.messageId}`,
    run: (reports) =>
      db.forTenants(new Set(reports.map((report) => report.tenantId)), (tx) =>
        settle(tx, reports, { now: new Date(clock.now()) }),
      ),
    maxInFlight: 2,
    maxWaiting: Number.POSITIVE_INFINITY,
  })

  return async function record(report: Report): Promise<void> {
    for (let tries = 0, odd = 0; ; tries++) {
      try {
        await batcher.add(report)
        return
      } catch (error) {
        const away =
          error instanceof AppError && (error.code === 'unavailable' || error.code === 'deadline_exceeded')
        if (!away && ++odd >= oddTriesMax) throw error
        logger.warn('a result is not recorded yet', {
          message_id: report.messageId,
          n: report.n,
          tries,
          error,
        })
        await Bun.sleep(backoff(tries, retryWait))
      }
    }
  }
}
