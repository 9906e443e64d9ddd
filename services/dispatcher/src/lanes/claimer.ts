import { type Db, isDataError, runBatch } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { type Claim, type Claimed, claimRows } from '../db/attempts.ts'
import type { TakenLease } from '../db/leases.ts'
import { postponeRows } from '../db/messages.ts'
import type { Failpoint } from '../failpoint.ts'
import type { LeaseHolder } from './lease-holder.ts'

/** A row that Postgres refuses waits this long before it is tried again. */
const badRowRestMs = 10 * 60_000

/**
 * Runs the attempt statement. When its outcome is not known (Postgres went away under it) nothing of it has been sent: the
 * partitions concerned begin nothing more until they have a new epoch, under which the statement can no longer take
 * effect, and whatever it did take is put back by the adoption.
 */
export function createClaimer(options: {
  db: Db
  owner: string
  leases: Pick<LeaseHolder, 'fence'>
  failpoint: Failpoint
  clock: Clock
  logger: Logger
}) {
  const { db, owner, leases, failpoint, clock, logger } = options
  const uncertain = new Set<number>()

  async function putOff(bad: (Claim & { error: unknown })[]): Promise<void> {
    logger.error('rows cannot be claimed, put off', {
      message_ids: bad.map(({ id }) => id),
      error: bad[0]?.error,
    })
    const dueAt = new Date(clock.now() + badRowRestMs)
    await db.forTenants(new Set(bad.map(({ tenantId }) => tenantId)), (tx) => postponeRows(tx, bad, dueAt))
  }

  return {
    /** What was claimed; committed. A row that Postgres refuses is put off instead of stopping all lanes. */
    async claim(claims: readonly Claim[]): Promise<Claimed[]> {
      const outcomes = await runBatch(claims, {
        key: ({ tenantId, id }) => tenantId + id,
        run: (part) =>
          db.forTenants(new Set(part.map(({ tenantId }) => tenantId)), async (tx) => {
            const rows = new Map((await claimRows(tx, owner, part)).map((row) => [row.id, row]))
            failpoint('before-attempt-commit')
            return part.map(({ id }) => rows.get(id))
          }),
      })
      const claimed: Claimed[] = []
      const bad: (Claim & { error: unknown })[] = []
      for (const [i, one] of claims.entries()) {
        const outcome = outcomes[i]
        if (!outcome) continue
        if ('value' in outcome) {
          if (outcome.value) claimed.push(outcome.value)
        } else if (isDataError(outcome.error)) {
          bad.push({ ...one, error: outcome.error })
        } else {
          if (uncertain.size === 0) logger.warn('an attempt statement failed', { error: outcome.error })
          uncertain.add(one.partition)
        }
      }
      if (bad.length > 0) await putOff(bad)
      return claimed
    },
    mayBegin: (partition: number) => !uncertain.has(partition),
    /** Gives partitions of uncertain outcome a new epoch; what they are now, for the adoption. Throws while Postgres is away. */
    async recover(): Promise<TakenLease[]> {
      if (uncertain.size === 0) return []
      const fenced = await leases.fence([...uncertain])
      // One that is no longer ours got its new epoch from its next owner.
      uncertain.clear()
      return fenced.map((lease) => ({ ...lease, previous: owner, handover: null }))
    },
  }
}

export type Claimer = ReturnType<typeof createClaimer>
