import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { archiveRows, maintainDays, promoteScheduled, purge } from './db/upkeep.ts'
import { laneHorizonMs } from './settle.ts'

interface Chore {
  name: string
  everyMs: number
  run(): Promise<unknown>
}

/**
 * What must be done now and then, by any replica: each chore may run twice or be missed once. A chore that fails is
 * tried again at its next time.
 */
export function startUpkeep(options: {
  db: Db
  clock: Clock
  logger: Logger
  wake(partition: number): void
  sweepDoubts(): Promise<unknown>
}) {
  const { db, clock, logger, wake } = options
  const chores: Chore[] = [
    { name: 'days', everyMs: 3_600_000, run: () => maintainDays(db) },
    {
      name: 'scheduled',
      everyMs: 2_000,
      run: async () => {
        for (const partition of await promoteScheduled(db, new Date(clock.now() + laneHorizonMs / 2)))
          wake(partition)
      },
    },
    { name: 'doubts', everyMs: 5_000, run: options.sweepDoubts },
    { name: 'archive', everyMs: 60_000, run: () => archiveRows(db) },
    { name: 'purge', everyMs: 300_000, run: () => purge(db) },
  ]
  let stopped = false
  const timers = new Set<ReturnType<typeof setTimeout>>()
  const running = new Set<Promise<void>>()

  function schedule(chore: Chore, ms: number): void {
    if (stopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      const work = chore
        .run()
        .then(
          () => undefined,
          (error: unknown) => logger.warn('chore failed', { chore: chore.name, error }),
        )
        .finally(() => {
          running.delete(work)
          schedule(chore, chore.everyMs)
        })
      running.add(work)
    }, ms)
    timers.add(timer)
  }
  // Not all replicas at the same moment.
  for (const chore of chores) schedule(chore, Math.random() * Math.min(chore.everyMs, 5_000))

  return {
    async stop(): Promise<void> {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all([...running])
    },
  }
}
