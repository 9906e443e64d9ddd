import type { Progress } from '@palomar/bus'
import type { DurableSpec } from '@palomar/contracts'
import type { Logger } from '@palomar/runtime'

/** How far the webhooks that Meta has sent have been applied. */
export interface Intake {
  /**
   * Whether everything that WEBHOOKS had at the call has been applied: true as soon as it has, false after `waitMs` (or
   * one look, with 0). False too when it cannot be known, NATS being away.
   */
  applied(waitMs: number): Promise<boolean>
}

/** A webhook that was answered 200 before the call stands at or before the end of the first stream as it was then. */
interface Walker {
  /** Which durable of the chain it waits for. */
  step: number
  /** The stream's end, read when that durable's turn came; undefined until then. */
  target: number | undefined
  /** One look is enough. */
  hasNoTime: boolean
  done(applied: boolean): void
}

const pauseMinMs = 20
const pauseMaxMs = 250

/**
 * Walks a chain of durables, each of which publishes what the next one reads. What stood in the first stream at the call
 * has been published into the second when the first durable has answered up to there, so the second stream's end, read after
 * that, bounds it there; and so on. No times are compared and nothing is decoded: batches may overtake one another.
 *
 * Only reads, and only while somebody waits. All who wait share a reading. Dies: the callers ask again. A message acknowledged
 * twice or redelivered only keeps the durable back: the answer is late, never early. What a durable kept aside in RETRY
 * or DEAD counts as applied here; `createSettledUntil` asks for it apart.
 */
export function createIntake({
  progress,
  chain,
  logger,
}: {
  progress(durable: DurableSpec): Promise<Progress>
  chain: readonly DurableSpec[]
  logger: Logger
}): Intake {
  const walkers = new Set<Walker>()
  let isRunning = false
  let isKnown = true
  let rouse: () => void = () => undefined

  async function look(present: readonly Walker[]): Promise<void> {
    for (const [step, durable] of chain.entries()) {
      const here = present.filter((walker) => walker.step === step)
      if (here.length === 0) continue
      const { last, through } = await progress(durable)
      for (const walker of here) {
        walker.target ??= last
        if (through < walker.target) continue
        walker.step = step + 1
        walker.target = undefined
        if (walker.step === chain.length) leave(walker, true)
      }
    }
    for (const walker of present) if (walker.hasNoTime) leave(walker, false)
  }

  function leave(walker: Walker, applied: boolean): void {
    if (walkers.delete(walker)) walker.done(applied)
  }

  async function run(): Promise<void> {
    for (let pauseMs = pauseMinMs; walkers.size > 0; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
      // Who joins meanwhile may have come after the reading: the next one is his.
      const present = [...walkers]
      try {
        await look(present)
        isKnown = true
      } catch (error) {
        if (isKnown) logger.warn('it cannot be known how far the webhooks have been applied', { error })
        isKnown = false
        for (const walker of present) leave(walker, false)
      }
      const hasNew = [...walkers].some((walker) => !present.includes(walker))
      if (walkers.size > 0 && !hasNew) await pause(pauseMs)
    }
    isRunning = false
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    applied(waitMs) {
      return new Promise((resolve) => {
        const walker: Walker = { step: 0, target: undefined, hasNoTime: waitMs === 0, done: resolve }
        walkers.add(walker)
        if (waitMs > 0 && waitMs < Number.POSITIVE_INFINITY) {
          const timer = setTimeout(() => leave(walker, false), waitMs)
          walker.done = (applied) => {
            clearTimeout(timer)
            resolve(applied)
          }
        }
        rouse()
        if (isRunning) return
        isRunning = true
        void run()
      })
    },
  }
}

/** NATS is not there to be asked: as if it could not be known. */
export const unknownIntake: Intake = { applied: async () => false }
