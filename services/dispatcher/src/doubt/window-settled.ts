import type { Clock, Logger } from '@palomar/runtime'
import type { Intake } from '../intake/intake.ts'
import type { SettledUntil } from './settled-until.ts'

/** A reading waits no longer than this for the walk under way: lanes wait behind it. What is not there yet is next time. */
const readingMs = 50

/**
 * The WEBHOOKS time through which inbox has applied every webhook (CONTRACTS 28, for windows). One walk through the intake
 * is under way at a time; the time at which it began becomes the answer when it ends, and never falls. It does not
 * move while anything of ingest's live path or of inbox's waits in RETRY or DEAD: that could be the very message that
 * opens the window. Undefined until the first walk has ended, so also after each start.
 */
export function createWindowSettled({
  intake,
  keptAside,
  clock,
  logger,
}: {
  intake: Intake
  /** Events of the intake's durables that were answered without being handled. */
  keptAside(): Promise<number>
  clock: Clock
  logger: Logger
}): SettledUntil {
  let settled: Date | undefined
  let walk: Promise<void> | undefined
  let wasHeld = false

  async function begin(): Promise<void> {
    const at = new Date(clock.now())
    if (!(await intake.applied(Number.POSITIVE_INFINITY))) return
    const held = await keptAside()
    if (held > 0 && !wasHeld)
      logger.warn('no closed window is final while events of the intake are kept aside', { events: held })
    wasHeld = held > 0
    if (held === 0) settled = at
  }

  return {
    async read() {
      walk ??= begin()
        .catch((error: unknown) => logger.warn('what is kept aside of the intake is not known', { error }))
        .finally(() => {
          walk = undefined
        })
      await Promise.race([walk, Bun.sleep(readingMs)])
      return settled
    },
  }
}
