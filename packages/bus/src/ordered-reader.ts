import { backoff, type Logger } from '@palomar/runtime'
import { AckPolicy, DeliverPolicy, type JetStreamManager, nuid } from 'nats'
import type { Connection } from './connection.ts'
import { type Following, followConsumer, type StreamEntry } from './follow-consumer.ts'
import { apiErrors, isApiError } from './stream-error.ts'

export interface ReaderOptions {
  connection: Connection
  logger: Logger
  stream: string
  filter?: string
  /** Where a first reading begins. Afterwards it goes on behind the last entry. */
  start: { kind: 'last_per_subject' } | { kind: 'newer_than'; ageMs: number }
  /** Called in order, once per entry of one life of the stream. */
  onEntry(entry: StreamEntry): void
  /** The stream is another one than before (or the first), or entries are gone unread: what is known is void. */
  onStart(life: { createdAt: string; lastSequence: number; sameStream: boolean }): void
  /** Makes the stream; without it a missing one is waited for. */
  onMissing?: () => Promise<void>
}

export interface OrderedReader {
  /** Resolves once everything that was there at the start has been read. */
  caughtUp: Promise<void>
  stop(): Promise<void>
}

/** A consumer of ours that nobody asks for so long is forgotten by the server. */
const inactiveMs = 60_000
const askMs = 2_000
const stopMs = 1_000
const nanos = (ms: number) => ms * 1_000_000

interface Life {
  createdAt: string
  firstSequence: number
  lastSequence: number
  now: number
}

/**
 * Reads a stream in order through a consumer of its own that needs no acknowledgement. A lost connection, a deleted
 * consumer, a missing beat or a hole in the deliveries all end in the same place: a new consumer behind the last entry
 * seen. A stream that is no longer the same one is read from its start.
 */
export function readInOrder(options: ReaderOptions): OrderedReader {
  const { connection, logger, stream } = options
  const stop = Promise.withResolvers<void>()
  let stopped = false
  let following: Following | undefined
  let createdAt = ''
  let last = 0
  const { promise: caughtUp, resolve: resolveCaughtUp } = Promise.withResolvers<void>()

  async function run(): Promise<void> {
    const jsm = await connection.nc.jetstreamManager({ checkAPI: false, timeout: askMs })
    for (let attempt = 0; ; attempt++) {
      // Questions to a server that is away would only run into their time-out.
      await Promise.race([connection.whenConnected(), stop.promise])
      if (stopped || connection.nc.isClosed()) return
      try {
        await readOnce(jsm, () => {
          attempt = 0
        })
      } catch (error) {
        if (stopped) return
        if (isApiError(error, apiErrors.streamNotFound)) await makeMissing()
        else logger.warn('reading a stream failed, trying again', { stream, err: String(error) })
        await Promise.race([Bun.sleep(50 + backoff(attempt, { baseMs: 100, maxMs: 2_000 })), stop.promise])
      }
    }
  }

  async function makeMissing(): Promise<void> {
    await options
      .onMissing?.()
      .catch((error) => logger.warn('a missing stream was not made', { stream, err: String(error) }))
  }

  /** Until something breaks: then it returns, and the next consumer goes on. */
  async function readOnce(jsm: JetStreamManager, onProgress: () => void): Promise<void> {
    const life = await lifeOf(jsm)
    begin(life)
    const name = nuid.next()
    const info = await jsm.consumers.add(stream, { name, ...consumerConfig(life) })
    try {
      // Made anew between the question and the consumer: its sequences would not be ours.
      if ((await lifeOf(jsm)).createdAt !== createdAt) return
      if (info.num_pending === 0) {
        // So that what comes and goes unread while we are away is seen to be missing.
        if (options.start.kind === 'newer_than') last = Math.max(last, life.lastSequence)
        resolveCaughtUp()
      }
      await follow(name, onProgress)
    } finally {
      if (connection.isConnected()) await jsm.consumers.delete(stream, name).catch(() => undefined)
    }
  }

  function begin(life: Life): void {
    const isSame = life.createdAt === createdAt
    const isWhole = isSame && life.firstSequence <= last + 1 && last <= life.lastSequence
    if (isWhole || (isSame && options.start.kind === 'last_per_subject')) return
    createdAt = life.createdAt
    last = 0
    options.onStart({ createdAt: life.createdAt, lastSequence: life.lastSequence, sameStream: isSame })
  }

  function consumerConfig(life: Life) {
    const { start, filter } = options
    const common = {
      ack_policy: AckPolicy.None,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(inactiveMs),
      ...(filter && { filter_subject: filter }),
    }
    if (last > 0) return { ...common, deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: last + 1 }
    if (start.kind === 'last_per_subject') return { ...common, deliver_policy: DeliverPolicy.LastPerSubject }
    // The server's clock, not ours.
    const from = new Date(life.now - start.ageMs).toISOString()
    return { ...common, deliver_policy: DeliverPolicy.StartTime, opt_start_time: from }
  }

  async function lifeOf(jsm: JetStreamManager): Promise<Life> {
    const { created, state, ts } = (await jsm.streams.info(stream)) as Awaited<
      ReturnType<JetStreamManager['streams']['info']>
    > & { ts?: string }
    return {
      createdAt: String(created),
      firstSequence: state.first_seq,
      lastSequence: state.last_seq,
      now: ts ? Date.parse(ts) : Date.now(),
    }
  }

  async function follow(consumer: string, onProgress: () => void): Promise<void> {
    following = followConsumer({
      connection,
      stream,
      consumer,
      onEntry(entry, pending) {
        // Something was dropped from the stream before we read it.
        if (isGap(entry.sequence))
          options.onStart({ createdAt, lastSequence: entry.sequence - 1, sameStream: true })
        last = entry.sequence
        onProgress()
        options.onEntry(entry)
        if (pending === 0) resolveCaughtUp()
      },
    })
    if (stopped) following.end()
    await following.over
  }

  function isGap(sequence: number): boolean {
    return options.start.kind === 'newer_than' && last > 0 && sequence !== last + 1
  }

  const ended = run()
  return {
    caughtUp,
    async stop() {
      stopped = true
      stop.resolve()
      following?.end()
      // A question may still be under way; nothing comes of its answer.
      await Promise.race([ended, Bun.sleep(stopMs)])
    },
  }
}
