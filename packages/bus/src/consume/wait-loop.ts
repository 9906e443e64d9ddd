import { eventsV1 } from '@palomar/contracts'
import type { Clock } from '@palomar/runtime'
import { type Parked, parkNow, unreadableOf } from './parked.ts'
import { type SettleDeps, settle } from './settle.ts'
import type { StreamMessage } from './stream-message.ts'

export interface WaitDeps extends SettleDeps {
  durable: string
  clock: Clock
}

/**
 * One delay's waiting room. All in it wait equally long, so the head is always the next due: it is handed back until
 * then, and the server holds it. When due it moves to where events are run.
 *
 * Failure policy. Dies between the move and the acknowledgement: the event is run twice.
 */
export async function runWaitLoop(deps: WaitDeps): Promise<void> {
  for (let message = await deps.feed.next(); message; message = await deps.feed.next()) {
    await deps.pause.over()
    const now = deps.clock.now()
    const parked = readOrUndefined(message)
    const waitMs = (parked?.dueAt?.getTime() ?? 0) - now
    if (waitMs > 0) {
      message.nak(waitMs)
      deps.feed.release(message)
      continue
    }
    // What cannot be read moves on as it is: the run loop keeps it as a dead letter.
    const moving = parked ?? unreadableOf('', deps.durable, message.data, new Date(now))
    await settle(deps, message, [parkNow(moving)])
  }
}

function readOrUndefined(message: StreamMessage): Parked | undefined {
  try {
    return eventsV1.ParkedEvent.decode(message.data)
  } catch {
    return undefined
  }
}
