import { eventsV1 } from '@palomar/contracts'
import type { Clock, Logger } from '@palomar/runtime'
import type { Feed } from './feed.ts'
import type { Keep } from './keeper.ts'
import type { Refusal } from './main-loop.ts'
import { parkNow } from './parked.ts'
import type { Pause } from './pause.ts'
import type { StreamMessage } from './stream-message.ts'

export interface WaitDeps {
  durable: string
  feed: Feed
  pause: Pause
  keep: Keep
  onRefusal: Refusal
  logger: Logger
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
    await moveWhenDue(deps, message)
  }
}

async function moveWhenDue(deps: WaitDeps, message: StreamMessage): Promise<void> {
  try {
    const parked = readOrUndefined(message.data)
    const waitMs = (parked?.dueAt?.getTime() ?? 0) - deps.clock.now()
    if (waitMs > 0) {
      message.nak(waitMs)
      return
    }
    // What cannot be read moves on as it is: the run loop keeps it as a dead letter.
    await deps.keep(
      parked
        ? parkNow(parked)
        : parkNow(
            eventsV1.ParkedEvent.create({
              durable: deps.durable,
              batch: Buffer.from(message.data),
              kind: 'unreadable',
            }),
          ),
    )
    deps.onRefusal.clear()
    await message.ackConfirmed()
  } catch (error) {
    deps.onRefusal.raise(error)
    message.nak(deps.pause.delayMs(0))
    await deps.pause.start('RETRY refuses')
  } finally {
    deps.feed.release(message)
  }
}

function readOrUndefined(bytes: Uint8Array): eventsV1.ParkedEvent | undefined {
  try {
    return eventsV1.ParkedEvent.decode(bytes)
  } catch {
    return undefined
  }
}
