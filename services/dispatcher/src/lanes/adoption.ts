import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { findOpenAttempts, type OpenAttempt } from '../db/attempts.ts'
import type { TakenLease } from '../db/leases.ts'
import type { Report } from '../settle.ts'
import type { LeaseHolder } from './lease-holder.ts'
import type { Pacing } from './pacing.ts'

const pageMax = 5_000

/**
 * What a new owner does before it begins anything: counts the open attempts of older epochs as in doubt and as rate
 * already spent. An attempt of an epoch of our own that is not under way was never sent (its statement's answer got
 * lost): it is put back.
 */
export function createAdoption(options: {
  db: Db
  leases: Pick<LeaseHolder, 'wasOurs'>
  pacing: Pacing
  clock: Clock
  logger: Logger
  record(report: Report): Promise<void>
}) {
  const { db, leases, pacing, clock, logger } = options

  /** `inFlight` are calls under way in this process; `called` ended, but without a recorded result. */
  async function adopt(
    taken: readonly TakenLease[],
    inFlight: ReadonlySet<string>,
    called: ReadonlySet<string>,
  ): Promise<void> {
    const epochs = new Map(taken.map((lease) => [lease.partition, lease.epoch]))
    for (const { handover } of taken) if (handover) pacing.adopt(handover.sentAtMs)
    const open = await findOpenAttempts(db, [...epochs.keys()], pageMax)
    const left = open.filter((attempt) => {
      if (inFlight.has(`${attempt.message_id}~${attempt.n}`) || attempt.state !== 'sending') return false
      return (
        leases.wasOurs(attempt.partition, attempt.epoch) ||
        attempt.epoch < (epochs.get(attempt.partition) ?? 0n)
      )
    })
    const at = new Date(clock.now())
    const spent: Record<string, number[]> = {}
    for (const attempt of left) {
      if (clock.now() - attempt.started_at.getTime() < 1_000) {
        spent[attempt.number_id] = [...(spent[attempt.number_id] ?? []), attempt.started_at.getTime()]
      }
    }
    pacing.adopt(spent)
    await Promise.all(left.map((attempt) => options.record(reportOf(attempt, called, at))))
    if (left.length > 0) logger.warn('open attempts of an earlier owner', { attempts: left.length })
  }

  function reportOf(attempt: OpenAttempt, called: ReadonlySet<string>, at: Date): Report {
    const unsent =
      leases.wasOurs(attempt.partition, attempt.epoch) && !called.has(`${attempt.message_id}~${attempt.n}`)
    const kind = unsent ? 'not_sent' : 'in_doubt'
    return { tenantId: attempt.tenant_id, messageId: attempt.message_id, n: attempt.n, fact: { kind, at } }
  }

  return { adopt }
}

export type Adoption = ReturnType<typeof createAdoption>
