import { hostname } from 'node:os'
import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import type { SettledUntil } from '../doubt/settled-until.ts'
import { createDoubtSweep } from '../doubt/sweep.ts'
import type { Failpoint } from '../failpoint.ts'
import type { InboxWindows } from '../inbox-windows.ts'
import type { MetaFiles } from '../meta-files.ts'
import type { DispatcherMetrics } from '../metrics.ts'
import type { Credentials } from '../tenancy/credentials.ts'
import { createAdoption } from './adoption.ts'
import { createLeaseHolder } from './lease-holder.ts'
import { createMediaGate } from './media-gate.ts'
import { createPacing } from './pacing.ts'
import { createResultRecorder } from './results.ts'
import type { GraphSender } from './send.ts'
import { createWindowGate } from './window-gate.ts'
import { createWorker, type Worker } from './worker.ts'

export interface LanesOptions {
  db: Db
  inbox: InboxWindows
  files: MetaFiles
  /** For doubts: through when statuses have been applied. */
  settledUntil: SettledUntil
  /** For closed windows: through when inbox has applied what customers wrote. */
  windowSettled: SettledUntil
  credentials: Credentials
  graph: GraphSender
  failpoint: Failpoint
  clock: Clock
  logger: Logger
  metrics: DispatcherMetrics
  graphVersion: string
  graphDeadlineMs: number
  inFlightMax: number
}

/** Calls under way may take this long to end before a stop leaves them in doubt. */
const drainMs = 15_000

/** This process's share of the lanes, and all that moves rows through them. */
export function createLanes(options: LanesOptions) {
  const { db, clock, logger } = options
  // A process that starts again is another owner: it may not continue what its predecessor had in hand.
  const owner = `${hostname()}/${process.pid}/${Bun.randomUUIDv7()}`
  const pacing = createPacing(clock)
  const record = createResultRecorder({ db, clock, logger })
  let worker: Worker
  const leases = createLeaseHolder({
    db,
    owner,
    clock,
    logger,
    onTaken: (taken) => worker.taken(taken),
    handoverOf: (partitions) => ({
      sentAtMs: pacing.lastSecond(worker.numbersOf(partitions)),
      open: worker.inFlightCount(),
    }),
  })
  const adoption = createAdoption({ db, leases, pacing, clock, logger, record })
  const windows = createWindowGate({
    db,
    inbox: options.inbox,
    settledUntil: options.windowSettled,
    clock,
    logger,
  })
  const wake = (partition: number) => worker.wake(partition)
  const media = createMediaGate({ ...options, wake })
  worker = createWorker({ ...options, owner, leases, pacing, adoption, windows, media, record })
  const sweepDoubts = createDoubtSweep({ ...options, partitions: () => leases.partitions(), record })

  return {
    wake,
    sweepDoubts,
    partitions: () => leases.partitions(),
    async start(): Promise<void> {
      worker.start()
      await leases.start()
    },
    /** New attempts stop, the lanes are given back at once, then the results of what is under way are awaited. */
    async stop(): Promise<void> {
      await worker.pause()
      await leases.stop()
      await worker.drained(drainMs)
      await media.idle()
    },
  }
}

export type Lanes = ReturnType<typeof createLanes>
