import type { Logger } from '@palomar/runtime'
import type { Feed } from './feed.ts'
import type { Moves } from './moves.ts'
import type { Parking } from './parked.ts'
import type { Pause } from './pause.ts'
import type { Refusal } from './refusal.ts'
import type { StreamMessage } from './stream-message.ts'

export interface SettleDeps {
  feed: Feed
  pause: Pause
  moves: Moves
  keepAll(parkings: Parking[]): Promise<void>
  onRefusal: Refusal
  logger: Logger
}

/**
 * Keeps what the message held elsewhere, if anywhere, then acknowledges it, for certain. If it cannot be kept the
 * message is handed back and nothing is pulled for a while.
 */
export async function settle(deps: SettleDeps, message: StreamMessage, parkings: Parking[]): Promise<void> {
  let refused = false
  await deps.moves.run(async () => {
    try {
      await deps.keepAll(parkings)
    } catch (error) {
      refused = true
      deps.onRefusal.raise(error)
      message.nak(deps.pause.delayMs(0))
      return
    }
    if (parkings.length > 0) deps.onRefusal.clear()
    // An answer that is lost here makes it come again: handled, or counted, twice.
    await message
      .ackConfirmed()
      .catch((error) => deps.logger.warn('an answer did not arrive', { err: String(error) }))
  })
  deps.feed.release(message)
  if (refused) await deps.pause.start('RETRY or DEAD refuse')
}
