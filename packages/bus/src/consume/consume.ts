import { type Area, type DurableSpec, retryDelaysS } from '@palomar/contracts'
import { type Clock, type Logger, systemClock } from '@palomar/runtime'
import type { Connection } from '../connection.ts'
import { withDeadline } from '../deadline.ts'
import type { BusMetrics, DurableState } from '../metrics.ts'
import { retryNowDurable, retryWaitDurable } from '../names.ts'
import type { HasHeader } from '../publisher.ts'
import { Feed } from './feed.ts'
import { createKeeper } from './keeper.ts'
import { type LoopDeps, runMainLoop } from './main-loop.ts'
import { Moves } from './moves.ts'
import { timingDefault } from './parked.ts'
import { Pause } from './pause.ts'
import { createRefusal } from './refusal.ts'
import { runParkedLoop } from './run-loop.ts'
import type { ConsumeOptions, Consumer, Handler } from './types.ts'
import { runWaitLoop } from './wait-loop.ts'

export interface ConsumeDeps {
  connection: Connection
  metrics: BusMetrics
  logger: Logger
  clock?: Clock
}

const prefetchDefault = 8
const eventsMaxDefault = 512
const handlerTimeoutDefaultMs = 60_000
const stopDefaultMs = 10_000

export interface RunningConsumer extends Omit<Consumer, 'state'> {
  readonly durable: DurableSpec
  /** Since when the oldest batch here waits for its answer, as stream time. */
  oldestHeldAt(): number | undefined
  /** Since when we have known that something waits of which nothing is in hand here: at least so old is the oldest. */
  waitingSince(isWaiting: boolean): number | undefined
  /** The latest of the times named so far; a look that can name none leaves it. */
  answeredThrough(atMs: number | undefined): number | undefined
}

/** The one way to consume: the durable's batches, its parked events, and its waiting rooms, each in a loop. */
export function consume<E extends HasHeader>(
  deps: ConsumeDeps,
  area: Area<E>,
  durable: DurableSpec,
  handler: Handler<E>,
  options: ConsumeOptions = {},
): RunningConsumer {
  if (durable.stream !== area.stream)
    throw new Error(`${durable.name} reads ${durable.stream}, not ${area.stream}`)
  const { connection, clock = systemClock } = deps
  const logger = deps.logger.child({ durable: durable.name })
  const timing = { ...timingDefault, ...options.timing }
  const probe = options.probe ?? (async () => true)
  const series = deps.metrics.durable(durable.name)
  const pause = new Pause({ probe, timing, logger, gauge: series.paused })
  const keeper = createKeeper(connection, ({ eventId, kind, tries, reasonCode, reason }) =>
    logger.error('event kept as a dead letter', {
      event_id: eventId,
      kind,
      tries,
      reason_code: reasonCode,
      reason,
    }),
  )
  const moves = new Moves()
  const onRefusal = createRefusal(logger, series.stopped)
  let stopping = false
  let stopped: Promise<void> | undefined
  let waitingSince: number | undefined
  let answeredThrough: number | undefined

  if (options.mutation === 'ack-before-commit') {
    series.mutation.inc()
    logger.error(
      '###### TEST MUTATION ack-before-commit: EVENTS ARE ACKNOWLEDGED BEFORE THEY ARE STORED ######',
    )
  }

  const feedOf = (stream: string, name: string, prefetch: number) => {
    const onTrouble = (what: string) =>
      logger.warn('trouble with a durable', { stream, consumer: name, what })
    const feed = new Feed(connection, {
      stream,
      durable: name,
      prefetch,
      ackWaitMs: durable.ackWaitMs,
      onTrouble,
    })
    pause.onChange((paused) => (paused ? feed.pause() : feed.resume()))
    return feed
  }
  const main = feedOf(durable.stream, durable.name, options.prefetch ?? prefetchDefault)
  const now = feedOf('RETRY', retryNowDurable(durable.name), 1)
  const rooms = retryDelaysS.map((_, step) => feedOf('RETRY', retryWaitDurable(durable.name, step), 1))

  const settling = { pause, moves, keepAll: keeper.keepAll, onRefusal, logger }
  const loop: LoopDeps<E> = {
    ...settling,
    area: area as LoopDeps<E>['area'],
    durable: durable.name,
    feed: main,
    call: {
      durable: durable.name,
      handler,
      timeoutMs: options.handlerTimeoutMs ?? handlerTimeoutDefaultMs,
      series,
      clock,
    },
    timing,
    series,
    clock,
  }
  const mainOptions = {
    eventsMax: options.eventsMax ?? eventsMaxDefault,
    ackFirst: options.mutation === 'ack-before-commit',
  }
  const loops = [
    ...Array.from({ length: options.concurrency ?? 1 }, () => runMainLoop(loop, mainOptions)),
    runParkedLoop({ ...loop, feed: now }, { probe, isStopping: () => stopping }),
    ...rooms.map((feed) => runWaitLoop({ ...settling, feed, durable: durable.name, clock })),
  ]
  const feeds = [main, now, ...rooms]
  const ended = Promise.all(loops)
  ended.catch((error) => logger.error('a consumer loop ended', { err: String(error) }))

  return {
    durable,
    oldestHeldAt: () => main.oldestHeldAt,
    waitingSince(isWaiting) {
      waitingSince = isWaiting ? (waitingSince ?? Date.now()) : undefined
      return waitingSince
    },
    answeredThrough(atMs) {
      if (atMs !== undefined) answeredThrough = Math.max(answeredThrough ?? 0, atMs)
      return answeredThrough
    },
    stop(timeoutMs = stopDefaultMs) {
      stopped ??= stop(timeoutMs)
      return stopped
    },
  }

  async function stop(timeoutMs: number): Promise<void> {
    stopping = true
    for (const feed of feeds) feed.stop()
    pause.stop()
    await withDeadline(ended, timeoutMs, 'stop').catch((error) =>
      logger.warn('not everything in hand was finished, it is handed back', { err: String(error) }),
    )
    for (const feed of feeds) feed.end()
  }
}

/** For the scrape: what the server says about the durable, and what is in hand here. */
export async function stateOf({ request }: Connection, consumer: RunningConsumer): Promise<DurableState> {
  const { name, stream } = consumer.durable
  const askedAt = Date.now()
  const answer = await request(`$JS.API.CONSUMER.INFO.${stream}.${name}`, '', { timeoutMs: 2_000 })
  const info = answer.json<{ num_pending: number; num_ack_pending: number }>()
  const isWaiting = info.num_pending + info.num_ack_pending > 0
  const held = consumer.oldestHeldAt()
  const oldest = held ?? consumer.waitingSince(isWaiting)
  return {
    durable: name,
    pending: info.num_pending,
    ackPending: info.num_ack_pending,
    oldestAgeS: oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest) / 1000),
    // What waits may have waited for longer than we know: then only an earlier look can say.
    answeredThrough: consumer.answeredThrough(isWaiting ? held : askedAt),
  }
}
