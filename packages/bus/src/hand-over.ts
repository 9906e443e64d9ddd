import { type Area, batchBytesMax, batchEventsMax, type DurableSpec, eventsV1 } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import type { Connection } from './connection.ts'
import { createKeeper } from './consume/keeper.ts'
import { parkNow } from './consume/parked.ts'
import { retryNowDurable } from './names.ts'
import type { HasHeader } from './publisher.ts'
import { refused, type StreamRefusal, unavailable } from './stream-error.ts'

/** RETRY is every durable's: 64 batches of at most 512 KB are a thirtieth of it, and half a minute of work. */
const waitingMax = 64
const timeoutMs = 5_000

export type HandOver = <E extends HasHeader>(
  area: Area<E>,
  durable: DurableSpec,
  events: readonly E[],
) => Promise<void>

/**
 * Failure policy. Dies, or RETRY refuses, between two batches: some are there, and the caller hands all of them over
 * again. The durable's loop runs each batch whole and takes it apart when nobody answers for it.
 */
export function createHandOver(connection: Connection): HandOver {
  const { keepAll } = createKeeper(connection)
  return async function handOver(area, durable, events) {
    if (durable.stream !== area.stream)
      throw new Error(`${durable.name} reads ${durable.stream}, not ${area.stream}`)
    if (events.length === 0) return
    const waiting = await waitingAt(connection, durable.name)
    if (waiting >= waitingMax)
      throw appError('rate_limited', { internal: `${waiting} batches wait at ${durable.name} still` })
    const now = new Date()
    await keepAll(
      split(area, events).map((batch) =>
        parkNow(
          eventsV1.ParkedEvent.create({
            stream: area.stream,
            durable: durable.name,
            streamTime: now,
            batch: Buffer.from(batch),
            kind: 'handed_over',
          }),
        ),
      ),
    )
  }
}

function split<E extends HasHeader>(area: Area<E>, events: readonly E[]): Uint8Array[] {
  const bytes = area.encode(events)
  if (events.length === 1 || (events.length <= batchEventsMax && bytes.length <= batchBytesMax))
    return [bytes]
  const half = Math.ceil(events.length / 2)
  return [...split(area, events.slice(0, half)), ...split(area, events.slice(half))]
}

async function waitingAt({ request }: Connection, durable: string): Promise<number> {
  const subject = `$JS.API.CONSUMER.INFO.RETRY.${retryNowDurable(durable)}`
  try {
    const answer = await request(subject, '', { timeoutMs })
    const info = answer.json<{ num_pending?: number; num_ack_pending?: number; error?: StreamRefusal }>()
    if (info.error) throw refused(info.error, subject)
    return (info.num_pending ?? 0) + (info.num_ack_pending ?? 0)
  } catch (cause) {
    throw unavailable(cause, subject)
  }
}
