import { type Area, type BatchMeta, batchBytesMax, batchEventsMax, type eventsV1 } from '@palomar/contracts'
import { type AppError, appError } from '@palomar/errors'
import { type Clock, injectTraceparent, systemClock, withSpan } from '@palomar/runtime'
import { type CommitLimits, CommitQueue, type Part } from './commit-queue.ts'
import type { Connection } from './connection.ts'
import type { StreamSeries } from './metrics.ts'
import { hasNoResponders, refused, type StreamRefusal, unavailable } from './stream-error.ts'

export interface HasHeader {
  header?: eventsV1.EventHeader | undefined
}

export interface PublisherOptions extends Partial<CommitLimits> {
  /** How long a caller waits at most, in the queue and for the acknowledgement. */
  timeoutMs?: number
}

export interface PublisherStats {
  /** Messages acknowledged by JetStream: each is one sync. */
  publishes: number
  events: number
  bytes: number
  failures: number
  queued: number
}

/**
 * Group commit to one stream: one publish in flight, what arrives meanwhile is the next.
 *
 * Resolved means on disk. Rejected with `unavailable` means: not stored, or stored without our knowing (a time-out, a
 * connection lost in between); publishing again is harmless by the event ids. Nothing is retried here.
 */
export interface Publisher<E> {
  publish(events: readonly E[], meta?: BatchMeta): Promise<void>
  stats(): PublisherStats
  /** Resolves once nothing waits. */
  idle(): Promise<void>
}

/** A webhook is up to 6 MB, and Meta's own bodies average 1 KB: groups stay small so that an answer is soon. */
const limitsByStream: Record<string, Pick<CommitLimits, 'eventsMax' | 'bytesMax'>> = {
  WEBHOOKS: { eventsMax: 64, bytesMax: 1024 * 1024 },
}
const limitsDefault: CommitLimits = {
  eventsMax: batchEventsMax,
  bytesMax: batchBytesMax,
  queuedPartsMax: 20_000,
  queuedBytesMax: 64 * 1024 * 1024,
}
/** Shorter than the 10 s after which Meta and our callers give up on us. */
const timeoutDefaultMs = 5_000

export interface PublisherDeps {
  connection: Connection
  series: StreamSeries
  clock?: Clock
  /** Makes the stream when nothing listens on the subject; the batch is then sent once more. */
  onMissing?: () => Promise<void>
}

export function createPublisher<E extends HasHeader>(
  { connection, series, clock = systemClock, onMissing }: PublisherDeps,
  area: Area<E>,
  options: PublisherOptions = {},
): Publisher<E> {
  const { timeoutMs = timeoutDefaultMs, ...limitOptions } = options
  const limits: CommitLimits = { ...limitsDefault, ...limitsByStream[area.stream], ...limitOptions }
  const queue = new CommitQueue(limits)
  const stats = { publishes: 0, events: 0, bytes: 0, failures: 0 }
  let pumping = false
  let sweep: ReturnType<typeof setTimeout> | undefined
  let idlers: (() => void)[] = []

  connection.onChange((connected) => {
    if (connected) void pump()
  })

  function publish(events: readonly E[], meta: BatchMeta = {}): Promise<void> {
    if (events.length === 0) return Promise.resolve()
    return withSpan(
      `publish ${area.stream}`,
      { 'messaging.destination.name': area.subject, 'messaging.batch.message_count': events.length },
      async () => {
        const parts = split(traced(events))
        await Promise.all(parts.map((part) => enqueue(part, meta)))
      },
      { kind: 'producer' },
    )
  }

  function split(events: readonly E[]): { bytes: Uint8Array; events: number }[] {
    const bytes = area.encode(events)
    if (events.length === 1 || (events.length <= limits.eventsMax && bytes.length <= limits.bytesMax))
      return [{ bytes, events: events.length }]
    const half = Math.ceil(events.length / 2)
    return [...split(events.slice(0, half)), ...split(events.slice(half))]
  }

  function enqueue(part: { bytes: Uint8Array; events: number }, meta: BatchMeta): Promise<void> {
    return new Promise((resolve, reject) => {
      try {
        queue.add({
          ...part,
          oldestWebhookAt: meta.oldestWebhookAt,
          deadline: clock.monotonic() + timeoutMs,
          done: (error) => (error ? reject(error) : resolve()),
        })
      } catch (full) {
        series.refusedFull.inc()
        reject(full)
        return
      }
      sweep ??= setTimeout(dropExpired, timeoutMs)
      // After this turn of the loop: calls made together share a batch from the first one on.
      if (!pumping) queueMicrotask(pump)
    })
  }

  /** Waiting ends at the deadline even while the one in flight, or the connection, still keeps us waiting. */
  function dropExpired(): void {
    sweep = undefined
    const late = appError('unavailable', { internal: `publish to ${area.stream}: not sent in time` })
    for (const part of queue.takeExpired(clock.monotonic())) settle(part, late)
    const next = queue.first
    if (next) sweep = setTimeout(dropExpired, Math.max(1, next.deadline - clock.monotonic()))
    else rest()
  }

  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    try {
      while (queue.size > 0 && connection.isConnected()) await commit(queue.take())
    } finally {
      pumping = false
      rest()
    }
  }

  function rest(): void {
    if (queue.size > 0 || pumping) return
    clearTimeout(sweep)
    sweep = undefined
    for (const resolve of idlers) resolve()
    idlers = []
  }

  async function commit(batch: Part[]): Promise<void> {
    const payload = join(area, batch)
    const events = batch.reduce((sum, part) => sum + part.events, 0)
    const startedAt = clock.monotonic()
    try {
      await send(payload)
    } catch (cause) {
      const error = unavailable(cause, `publish to ${area.stream}`)
      stats.failures++
      series.failed.inc()
      for (const part of batch) part.done(error)
      return
    }
    stats.publishes++
    stats.events += events
    stats.bytes += payload.length
    series.published(events, payload.length, (clock.monotonic() - startedAt) / 1000)
    for (const part of batch) part.done()
  }

  async function send(payload: Uint8Array): Promise<void> {
    try {
      await request(payload)
    } catch (error) {
      if (!onMissing || !hasNoResponders(error)) throw error
      await onMissing()
      await request(payload)
    }
  }

  async function request(payload: Uint8Array): Promise<void> {
    const answer = await connection.request(area.subject, payload, { timeoutMs })
    const ack = answer.json<{ error?: StreamRefusal; stream?: string }>()
    if (ack.error) throw refused(ack.error, `publish to ${area.stream}`)
    if (ack.stream !== area.stream)
      throw appError('unavailable', {
        internal: `${area.subject} is stored by ${ack.stream}, not ${area.stream}`,
      })
  }

  function settle(part: Part, error: AppError): void {
    series.failed.inc()
    stats.failures++
    part.done(error)
  }

  return {
    publish,
    stats: () => ({ ...stats, queued: queue.size }),
    idle: () =>
      queue.size === 0 && !pumping ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve)),
  }
}

/** Parts of one batch behind each other, then what the batch says of itself: the earliest of what each part says. */
function join<E extends HasHeader>(area: Area<E>, parts: readonly Part[]): Uint8Array {
  const oldest = parts
    .flatMap(({ oldestWebhookAt }) => oldestWebhookAt ?? [])
    .reduce<Date | undefined>((least, at) => (least && least <= at ? least : at), undefined)
  const chunks = parts.map((part) => part.bytes)
  if (oldest) chunks.push(area.encode([], { oldestWebhookAt: oldest }))
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

/** Events say of which trace they are, unless they already do. The caller's objects stay as they are. */
function traced<E extends HasHeader>(events: readonly E[]): readonly E[] {
  const traceparent = injectTraceparent()
  if (!traceparent) return events
  return events.map((event) =>
    event.header && event.header.traceparent === ''
      ? { ...event, header: { ...event.header, traceparent } }
      : event,
  )
}
