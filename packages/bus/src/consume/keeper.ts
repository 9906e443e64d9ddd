import { eventsV1 } from '@palomar/contracts'
import type { Connection } from '../connection.ts'
import { isDeadSubject } from '../names.ts'
import { refused, type StreamRefusal, unavailable } from '../stream-error.ts'
import type { Parking } from './parked.ts'

/** Stored in RETRY or DEAD when resolved; `unavailable` when either refuses. */
export type Keep = (parking: Parking) => Promise<void>

const timeoutMs = 5_000
/** Written side by side: each waits for a sync of its own. */
const atOnce = 64

export function createKeeper(
  { request }: Connection,
  /** An event has become a dead letter. */
  onDead: (parked: eventsV1.ParkedEvent) => void = () => undefined,
): {
  keep: Keep
  keepAll(parkings: Parking[]): Promise<void>
} {
  async function keep({ subject, parked }: Parking): Promise<void> {
    const what = `publish to ${subject}`
    try {
      const answer = await request(subject, eventsV1.ParkedEvent.encode(parked).finish(), {
        timeoutMs,
      })
      const ack = answer.json<{ error?: StreamRefusal }>()
      if (ack.error) throw refused(ack.error, what)
      if (isDeadSubject(subject)) onDead(parked)
    } catch (cause) {
      throw unavailable(cause, what)
    }
  }
  return {
    keep,
    async keepAll(parkings) {
      for (let at = 0; at < parkings.length; at += atOnce)
        await Promise.all(parkings.slice(at, at + atOnce).map(keep))
    },
  }
}
