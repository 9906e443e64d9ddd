import type { Area, DurableSpec } from '@palomar/contracts'
import type { Clock, Metrics } from '@palomar/runtime'
import { type Connection, type ConnectOptions, openConnection } from './connection.ts'
import { consume, type RunningConsumer, stateOf } from './consume/consume.ts'
import type { ConsumeOptions, Consumer, Handler } from './consume/types.ts'
import { createBusMetrics } from './metrics.ts'
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
  /** Stops the consumers, lets the publishers finish, and leaves. */
  close(): Promise<void>
}

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
    fills: async () => [],
  })

  return {
    isConnected: () => connection.isConnected(),
    publisher<E extends HasHeader>(area: Area<E>, publisherOptions?: PublisherOptions) {
      const known = publishers.get(area.stream)
      if (known) return known as unknown as Publisher<E>
      const series = metrics.stream(area.stream)
      const made = createPublisher({ connection, series, ...(clock && { clock }) }, area, publisherOptions)
      publishers.set(area.stream, made as unknown as Publisher<never>)
      return made
    },
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
        async stop(timeoutMs) {
          await consumer.stop(timeoutMs)
          consumers.delete(consumer)
        },
      }
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()))
      consumers.clear()
      // Each waits at most the publisher's own time-out.
      await Promise.all([...publishers.values()].map((publisher) => publisher.idle()))
      await connection.close()
    },
  }
}
