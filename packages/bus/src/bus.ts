import { type Area, areas, type DurableSpec } from '@palomar/contracts'
import type { Clock, Logger, Metrics } from '@palomar/runtime'
import { type Connection, type ConnectOptions, openConnection } from './connection.ts'
import { consume, type RunningConsumer, stateOf } from './consume/consume.ts'
import type { ConsumeOptions, Consumer, Handler } from './consume/types.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'
import { createHandOver } from './hand-over.ts'
import { type Kv, openKv } from './kv.ts'
import { createLive, createLiveStream, type Live } from './live.ts'
import { createBusMetrics } from './metrics.ts'
import { keptAsideOf, type Progress, progressOf } from './progress.ts'
import { createPublisher, type HasHeader, type Publisher, type PublisherOptions } from './publisher.ts'

export interface BusOptions extends ConnectOptions {
  metrics?: Metrics | undefined
  clock?: Clock
}

export interface Bus {
  isConnected(): boolean
  /** One per stream and process: the first call's options hold. */
  publisher<E extends HasHeader>(area: Area<E>, options?: PublisherOptions): Publisher<E>
  consume<E extends HasHeader>(
    area: Area<E>,
    durable: DurableSpec,
    handler: Handler<E>,
    options?: ConsumeOptions,
  ): Promise<Consumer>
  /**
   * What is published on the area's subject while we are connected, heard by every replica, stored or not. For caches
   * that must be dropped; what must not be missed is consumed. `onMissed`: we were away and are back, something may
   * have been said meanwhile: drop them all. Returns how to stop.
   */
  tap<E extends HasHeader>(
    area: Area<E>,
    handler: (events: E[]) => void,
    options?: { onMissed?: () => void },
  ): () => void
  readonly live: Live
  kv(bucket: string): Kv
  /** Core NATS: gone when nobody listens. */
  signal(subject: string, bytes?: Uint8Array): void
  onSignal(subject: string, handler: (subject: string, bytes: Uint8Array) => void): () => void
  readonly dead: DeadLetters
  /** How far another service's durable has come; only one that the contracts name as watched by this service. */
  progress(durable: DurableSpec): Promise<Progress>
  /** How many of its events wait for another try or for an operator. */
  keptAside(durable: DurableSpec): Promise<number>
  /**
   * Hands events of the area to one durable alone, as if they came again: no other consumer of the stream sees them, and
   * they are handled in batches behind what that durable has of its own. Resolved means on disk; rejected with
   * `unavailable`, any part of them may be, and handing them over again is harmless by the event ids. `rate_limited`,
   * with nothing written, while much of what was handed over before still waits. Only to a durable that the contracts
   * name as rebuildable by this service.
   */
  handOver<E extends HasHeader>(area: Area<E>, durable: DurableSpec, events: readonly E[]): Promise<void>
  /** Stops the consumers, lets the publishers finish, and leaves. */
  close(): Promise<void>
}

/** Frames that cannot leave are dropped after 5 s; this leaves time for a second try. */
const liveTimeoutMs = 2_000

/** Connects, waiting up to 30 s for a server that still starts; from then on it reconnects for ever. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const connection = await openConnection(options)
  return makeBus(connection, options)
}

function makeBus(connection: Connection, { logger, metrics: registry, clock }: BusOptions): Bus {
  const metrics = createBusMetrics(registry)
  const publishers = new Map<string, Publisher<never>>()
  const consumers = new Set<RunningConsumer>()

  metrics.onScrape({
    durables: () => Promise.all([...consumers].map((consumer) => stateOf(connection, consumer))),
    fills: () => Promise.all([...publishers.keys()].map((stream) => fillOf(connection, stream))),
  })

  const live = createLive(connection, () => publisher(areas.live, { timeoutMs: liveTimeoutMs }), logger)

  function publisher<E extends HasHeader>(area: Area<E>, publisherOptions?: PublisherOptions) {
    const known = publishers.get(area.stream)
    // A stream carries one area, and an area one type of event; a map from streams cannot say so.
    if (known) return known as Publisher<E>
    const series = metrics.stream(area.stream)
    const made = createPublisher(
      {
        connection,
        series,
        ...(clock && { clock }),
        ...(area.stream === areas.live.stream && { onMissing: () => createLiveStream(connection) }),
      },
      area,
      publisherOptions,
    )
    publishers.set(area.stream, made)
    return made
  }

  return {
    isConnected: () => connection.isConnected(),
    publisher,
    async consume(area, durable, handler, consumeOptions) {
      const consumer = consume(
        { connection, metrics, logger, ...(clock && { clock }) },
        area,
        durable,
        handler,
        consumeOptions,
      )
      consumers.add(consumer)
      return {
        state: () => stateOf(connection, consumer),
        async stop(timeoutMs) {
          await consumer.stop(timeoutMs)
          consumers.delete(consumer)
        },
      }
    },
    tap(area, handler, { onMissed } = {}) {
      const stop = listen(connection, area.subject, logger, (_, bytes) => handler(area.decode(bytes).events))
      const off = connection.onChange((connected) => {
        if (connected) onMissed?.()
      })
      return () => {
        stop()
        off()
      }
    },
    live,
    kv: (bucket) => openKv(connection, bucket, logger),
    signal(subject, bytes) {
      // Not kept for later: a signal that comes late is worth nothing.
      if (connection.isConnected()) connection.nc.publish(subject, bytes)
    },
    onSignal: (subject, handler) => listen(connection, subject, logger, handler),
    dead: createDeadLetters(connection),
    progress: (durable) => progressOf(connection, durable),
    keptAside: (durable) => keptAsideOf(connection, durable),
    handOver: createHandOver(connection),
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      consumers.clear()
      // Each waits at most the publisher's own time-out.
      await Promise.all([...publishers.values()].map((publisher) => publisher.idle()))
      await connection.close()
    },
  }
}

/** How full a stream is: at 1 it refuses. */
async function fillOf({ request }: Connection, stream: string): Promise<[string, number]> {
  const answer = await request(`$JS.API.STREAM.INFO.${stream}`, '', { timeoutMs: 2_000 })
  const info = answer.json<{ state?: { bytes: number }; config?: { max_bytes: number } }>()
  return [stream, (info.state?.bytes ?? 0) / Math.max(1, info.config?.max_bytes ?? 1)]
}

function listen(
  { nc }: Connection,
  subject: string,
  logger: Logger,
  handler: (subject: string, bytes: Uint8Array) => void,
): () => void {
  const sub = nc.subscribe(subject, {
    callback(error, msg) {
      try {
        if (error) throw error
        handler(msg.subject, msg.data)
      } catch (err) {
        logger.warn('a message on a core subject was not handled', { subject, err: String(err) })
      }
    },
  })
  return () => sub.unsubscribe()
}
