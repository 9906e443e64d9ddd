import type { Db } from '@palomar/db'
import type { Clock, Logger } from '@palomar/runtime'
import { maintainDays, purge } from './db/upkeep.ts'
import { startWorkLoop, type WorkLoop } from './work-loop.ts'

const everyMs = 3_600_000

/** What any replica does now and then: days of `seen` ahead of time, old rows gone. May run twice, or be missed once. */
export function startUpkeep({ db, clock, logger }: { db: Db; clock: Clock; logger: Logger }): WorkLoop {
  return startWorkLoop({
    name: 'upkeep',
    everyMs,
    logger,
    async round() {
      await maintainDays(db)
      await purge(db, new Date(clock.now()))
    },
  })
}
