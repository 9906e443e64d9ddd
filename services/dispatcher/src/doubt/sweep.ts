import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { findOpenAttempts } from '../db/attempts.ts'
import { laneClassAt } from '../domain/lane-class.ts'
import { graceMs } from '../domain/policy.ts'
import type { DispatcherMetrics } from '../metrics.ts'
import type { Report } from '../settle.ts'
import type { SettledUntil } from './settled-until.ts'

const pageMax = 1_000

/**
 * Ends doubts whose silence is real: in doubt, and every status that Meta sent up to attempt + grace has been applied,
 * yet none was for it. The policy of its class then decides. An attempt whose silence cannot be judged stays as it is.
 */
export function createDoubtSweep(options: {
  db: Db
  /** Partitions that are ours. */
  partitions(): number[]
  settledUntil: SettledUntil
  clock: Clock
  logger: Logger
  metrics: DispatcherMetrics
  record(report: Report): Promise<void>
}) {
  const { db, settledUntil, clock, logger, metrics } = options

  return async function sweep(): Promise<number> {
    const partitions = options.partitions()
    if (partitions.length === 0) return 0
    // Read first: what was applied by then cannot have been missed by the reading of the attempts after it.
    const settled = await settledUntil.read()
    const doubtful = (await findOpenAttempts(db, partitions, pageMax)).filter(
      ({ state }) => state === 'in_doubt',
    )
    metrics.inDoubt.set(doubtful.length)
    if (!settled) return 0
    const over = doubtful.filter(
      ({ started_at, lane_class }) =>
        started_at.getTime() + graceMs(laneClassAt(lane_class)) <= settled.getTime(),
    )
    const at = new Date(clock.now())
    await Promise.all(
      over.map((a) =>
        options.record({
          tenantId: a.tenant_id,
          messageId: a.message_id,
          n: a.n,
          fact: { kind: 'unknown', at },
        }),
      ),
    )
    if (over.length > 0) logger.warn('doubts ended in silence', { attempts: over.length })
    return over.length
  }
}
