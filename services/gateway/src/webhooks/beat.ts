import type { Bus } from '@palomar/bus'
import { coreSubjects, encodeBeat } from '@palomar/contracts'
import type { Clock } from '@palomar/runtime'
import type { WebhookCounts } from './counts.ts'

export const beatMs = 5_000

/**
 * Beats every 5 s while ready (CONTRACTS 28). A beat that is lost, or not sent because we are not ready, is time that
 * does not count as healthy; so nothing here is retried.
 */
export function startBeat(options: {
  bus: Pick<Bus, 'signal'>
  counts: WebhookCounts
  isReady(): boolean
  clock: Clock
  everyMs?: number
}): { stop(): void } {
  const { bus, counts, isReady, clock } = options
  const instance = crypto.randomUUID()
  let since = clock.now()
  const timer = setInterval(() => {
    const at = clock.now()
    const ready = isReady()
    const beat = { instance, at, since, ready, ...counts.take() }
    since = at
    if (ready || beat.stored + beat.failed + beat.refused > 0) {
      bus.signal(coreSubjects.beat.of(), encodeBeat(beat))
    }
  }, options.everyMs ?? beatMs)
  return { stop: () => clearInterval(timer) }
}
