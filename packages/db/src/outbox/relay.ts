import { type Area, areas, type BatchMeta } from '@palomar/contracts'
import { AppError } from '@palomar/errors'
import type { Db } from '../open-db.ts'
import type { DbLogger } from '../types.ts'
import type { AnyEvent, AreaName, Committed, Frame } from './collect.ts'
import { createDeleter } from './deleter.ts'
import { createLiveLane } from './live-lane.ts'
import { ageAlarmMs, deleteRows, mergeStaleLive, oldestAges, type StoredRow, takeStale } from './rows.ts'

/** What the relay needs of the bus; `connectBus` fits. */
export interface RelayBus {
  publisher(area: unknown): { publish(events: never[], meta?: BatchMeta): Promise<void> }
  live: { publish(frames: Frame[]): Promise<void> }
}

export interface RelayOptions {
  db: Db
  bus: RelayBus
  /** The areas this service publishes. */
  areas: readonly AreaName[]
  logger: DbLogger
  /** Age in seconds of the oldest row of each lane, every sweep. Alarm over 30 s. */
  onAge?: (age: { durable: number; live: number }) => void
  sweepMs?: number
  now?: () => number
}

export interface Relay {
  /** Looks for stale rows now. */
  kick(): void
  /** Waits until what this process published is deleted too. */
  idle(): Promise<void>
  stop(): Promise<void>
}

const sweepRows = 64

/**
 * Publishes what transactions left in the outbox.
 *
 * Failure policy. Dies before publishing: any relay finds the row after 5 s. Dies after publishing, before the
 * delete: the row is published again, harmless by the ids. Bus away: the row stays, the sweep tries it again with
 * every pass. Postgres away: nothing is deleted, so everything is published twice later.
 */
export function startRelay(options: RelayOptions): Relay {
  const { db, bus, logger, sweepMs = 1_000 } = options
  const publishers = new Map<AreaName, { publish(events: never[], meta?: BatchMeta): Promise<void> }>()
  for (const name of options.areas) publishers.set(name, bus.publisher(areas[name]))

  const deleter = createDeleter({ run: (ids) => deleteRows(db.sql, db.service, ids), logger })
  const live = createLiveLane({
    publish: (frames) => bus.live.publish(frames),
    onDone: (id) => deleter.add(id),
    logger,
    ...(options.now && { now: options.now }),
  })
  const inFlight = new Set<Promise<void>>()
  let stopped = false
  let sweeping: Promise<void> | undefined
  let alarmed = false

  async function publishOwn(row: Extract<Committed, { lane: 'durable' }>): Promise<void> {
    try {
      await publish(row.area, row.events, row.meta)
      deleter.add(row.id)
    } catch (err) {
      logger.warn('outbox row not published, left to the sweep', {
        area: row.area,
        row: row.id,
        err: String(err),
      })
    }
  }

  async function publish(area: AreaName, events: AnyEvent[], meta: BatchMeta): Promise<void> {
    const publisher = publishers.get(area)
    if (!publisher) throw new Error(`this relay has no publisher for ${area}`)
    await publisher.publish(events as never[], meta)
  }

  const unsubscribe = db.onCommitted((rows) => {
    for (const row of rows) {
      if (row.lane === 'live') live.add(row)
      else track(publishOwn(row))
    }
  })

  function track(work: Promise<void>): void {
    inFlight.add(work)
    work.finally(() => inFlight.delete(work))
  }

  async function sweep(): Promise<void> {
    await deleter.flush()
    await sweepDurable()
    const lost = await db.system((tx) => mergeStaleLive(tx, db.service))
    if (lost) live.lost(lost)
    const age = await oldestAges(db.sql, db.service)
    options.onAge?.(age)
    const over = age.durable * 1000 > ageAlarmMs
    if (over && !alarmed) logger.error('the outbox does not drain', { oldest_age_s: age.durable })
    alarmed = over
  }

  /**
   * Publishes every stale row, oldest first, holding their locks so that no other relay does the same. A row that will
   * not go stays, and those behind it go.
   */
  async function sweepDurable(): Promise<void> {
    let last: StoredRow | undefined
    do {
      last = await db.system(async (tx) => {
        const rows = await takeStale(tx, db.service, sweepRows, last)
        const results = await Promise.allSettled(rows.map(publishStored))
        const gone = rows.filter((_, at) => results[at]?.status === 'fulfilled')
        if (gone.length > 0)
          await deleteRows(
            tx,
            db.service,
            gone.map((row) => row.id),
          )
        const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        if (reasons.length > 0) {
          logger.warn('stale outbox rows not published', { rows: reasons.length, err: String(reasons[0]) })
        }
        // With the bus away the rows behind would only wait for the same refusal.
        const away = reasons.some((reason) => reason instanceof AppError && reason.code === 'unavailable')
        return rows.length < sweepRows || away ? undefined : rows.at(-1)
      })
    } while (last && !stopped)
  }

  async function publishStored(row: StoredRow): Promise<void> {
    const { events, meta } = (areas[row.area as AreaName] as Area<AnyEvent>).decode(row.body)
    await publish(row.area as AreaName, events, meta)
  }

  function kick(): void {
    if (sweeping || stopped) return
    sweeping = sweep()
      .catch((err) => logger.warn('outbox sweep failed, will try again', { err: String(err) }))
      .finally(() => {
        sweeping = undefined
      })
  }

  const timer = setInterval(kick, sweepMs)
  kick()

  return {
    kick,
    async idle() {
      while (inFlight.size > 0) await Promise.all([...inFlight])
      await live.idle()
      await deleter.flush()
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      unsubscribe()
      await sweeping
      await Promise.all([...inFlight])
      await live.stop()
      await deleter.flush()
    },
  }
}
