import { idFromUuid } from '@palomar/contracts'
import { type Db, insertOutbox } from '@palomar/db'
import { type Clock, type Logger, withSpan } from '@palomar/runtime'
import type { FileRow } from '../db/file-row.ts'
import { findDue, markFailed, markPurged, markStored, putOff, type Taken, takeDue } from '../db/work.ts'
import { blobKeyOf, stateChanged } from '../domain/file.ts'
import { nextTryAt, type Outcome } from '../domain/retry.ts'
import type { MediaMetrics } from '../metrics.ts'
import { type GetFileDeps, getFile } from './get-file.ts'
import { whileHeld } from './held.ts'

const pollMs = 1_000

export interface WorkerOptions extends GetFileDeps {
  db: Db
  clock: Clock
  logger: Logger
  metrics: MediaMetrics
  /** Files in hand at once; each may hold two parts of 5 MB. */
  atOnce: number
  random?: () => number
}

export interface Worker {
  /** Something is due: look now rather than at the next poll. */
  rouse(): void
  /** Begins nothing more; what is in hand is given up and comes due again when its lease ends. */
  stop(): Promise<void>
}

/**
 * Works off what is due, oldest first and fairly among companies, `atOnce` at a time. What happens if the process dies
 *
 * 1. before the take commits: nothing was taken, the next look finds it.
 * 2. after it, while bytes come: the lease ends within 15 s, another takes the file, asks for a new address and starts
 *    from its first byte. Of the old try there is at most a draft that no key leads to.
 * 3. after the bytes are stored, before the row says so: they lie under the dead worker's name; the next one removes them
 *    and stores its own.
 * 4. after the row's commit: stored once; the event is in the outbox and leaves from there.
 *
 * A worker that only seemed dead finds its lease gone at the commit and removes what it stored.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { db, blob, clock, logger, metrics, atOnce, random = Math.random } = options
  const inHand = new Set<Promise<void>>()
  const stopping = new AbortController()
  let looking: Promise<void> | undefined
  let again = false

  async function look(): Promise<void> {
    const free = atOnce - inHand.size
    if (free <= 0) return
    const due = await findDue(db, free)
    if (due.length === 0) return
    const tenants = new Set(due.map((key) => key.tenantId))
    const lease = crypto.randomUUID()
    for (const row of await db.forTenants(tenants, (tx) => takeDue(tx, due, lease))) {
      const work = handle(row)
        .catch((error: unknown) => logger.warn('a file is left for later', { media_id: idOf(row), error }))
        .finally(() => {
          inHand.delete(work)
          rouse()
        })
      inHand.add(work)
    }
  }

  function rouse(): void {
    if (stopping.signal.aborted) return
    if (looking) {
      again = true
      return
    }
    looking = look()
      .catch((error: unknown) => logger.warn('files that are due cannot be read', { error }))
      .finally(() => {
        looking = undefined
        if (again) {
          again = false
          rouse()
        }
      })
  }

  async function handle(row: Taken): Promise<void> {
    if (row.previous) await blob.delete(blobKeyOf(row.tenant_id, row.id, row.previous))
    if (row.state === 'deleted') return purge(row)
    if (row.state !== 'pending')
      return db.forTenant(row.tenant_id, (tx) => putOff(tx, keyOf(row), row.lease, never))
    if (row.direction === 'outbound') return lapse(row)
    const startedAt = clock.monotonic()
    const key = blobKeyOf(row.tenant_id, row.id, row.lease)
    const held = { db, logger, stop: stopping.signal }
    const outcome = await whileHeld(held, keyOf(row), row.lease, (signal) =>
      withSpan('media fetch', { 'palomar.media_id': idOf(row) }, () => getFile(row, key, options, signal), {
        kind: 'client',
      }),
    )
    metrics.fetches.inc({ outcome: outcome.kind })
    metrics.fetchSeconds.observe({ outcome: outcome.kind }, (clock.monotonic() - startedAt) / 1000)
    await settle(row, key, outcome)
  }

  async function settle(row: Taken, key: string, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'stored') {
      const now = new Date(clock.now())
      const isMine = await change(row, (tx) =>
        markStored(tx, keyOf(row), row.lease, { ...outcome, blobKey: key, now }),
      )
      if (!isMine) await blob.delete(key)
      return
    }
    // A stop is no try that failed.
    if (stopping.signal.aborted) return
    const nowMs = clock.now()
    const times = { tries: row.tries, giveUpAtMs: row.give_up_at?.getTime() ?? nowMs, nowMs }
    const next = outcome.kind === 'again' ? nextTryAt(times, outcome.triesMax, random()) : undefined
    logger.info('a file did not come', {
      media_id: idOf(row),
      code: outcome.code,
      reason: outcome.reason,
      tries: row.tries,
      given_up: next === undefined,
    })
    if (next === undefined) await change(row, (tx) => markFailed(tx, keyOf(row), row.lease, outcome.code))
    else await db.forTenant(row.tenant_id, (tx) => putOff(tx, keyOf(row), row.lease, new Date(next)))
  }

  /** An upload that nobody is at: given up, or left alone until it is time. */
  async function lapse(row: Taken): Promise<void> {
    const giveUp = row.give_up_at ?? new Date(0)
    if (giveUp.getTime() <= clock.now()) {
      await change(row, (tx) => markFailed(tx, keyOf(row), row.lease, 'media_upload_expired'))
    } else {
      await db.forTenant(row.tenant_id, (tx) => putOff(tx, keyOf(row), row.lease, giveUp))
    }
  }

  async function purge(row: Taken): Promise<void> {
    if (row.blob_key !== '') await blob.delete(row.blob_key)
    await db.forTenant(row.tenant_id, (tx) => markPurged(tx, keyOf(row), row.lease))
  }

  async function change(
    row: Taken,
    write: (tx: Parameters<Parameters<Db['forTenant']>[1]>[0]) => Promise<FileRow | undefined>,
  ): Promise<boolean> {
    return db.forTenant(row.tenant_id, async (tx) => {
      const changed = await write(tx)
      if (changed) insertOutbox(tx, 'media', [stateChanged(changed, new Date(clock.now()))])
      return changed !== undefined
    })
  }

  const timer = setInterval(rouse, pollMs)
  rouse()
  return {
    rouse,
    async stop() {
      clearInterval(timer)
      stopping.abort(new Error('stopping'))
      await looking
      await Promise.all(inHand)
    },
  }
}

const never = new Date(Date.UTC(2999, 0, 1))
const keyOf = (row: FileRow) => ({ tenantId: row.tenant_id, id: row.id })
const idOf = (row: FileRow) => idFromUuid('media', row.id)
