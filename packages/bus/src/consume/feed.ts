import type { Msg, NatsConnection, Subscription } from 'nats'
import type { Connection } from '../connection.ts'
import { StreamMessage } from './stream-message.ts'

export interface FeedOptions {
  stream: string
  /** The durable's name on that stream. */
  durable: string
  /** Batches asked for ahead of those in hand. */
  prefetch: number
  ackWaitMs: number
  /** Something the server said about the durable that nobody here can mend. */
  onTrouble(what: string): void
}

/** How long one request waits at the server for messages. */
const requestExpiresMs = 30_000
/** The server says so often that it still knows of our request; past twice that we ask anew. */
const heartbeatMs = 5_000
const nanos = (ms: number) => ms * 1_000_000

/**
 * The messages of one durable, asked for as room becomes free, so that what waits here is never more than `prefetch`.
 * What is held is reported as worked on, so it comes again only when this process is gone or hangs.
 */
export class Feed {
  readonly #nc: NatsConnection
  readonly #inbox: string
  readonly #sub: Subscription
  readonly #unsubscribe: () => void
  readonly #timer: ReturnType<typeof setInterval>
  #ready: StreamMessage[] = []
  readonly #held = new Set<StreamMessage>()
  #waiting: ((message: StreamMessage | undefined) => void)[] = []
  /** Messages we asked for and did not get yet. */
  #asked = 0
  #heardAt = performance.now()
  #workedAt = performance.now()
  #stopped = false
  #paused = false

  constructor(
    private readonly connection: Connection,
    private readonly options: FeedOptions,
  ) {
    this.#nc = connection.nc
    this.#inbox = connection.newInbox()
    this.#sub = this.#nc.subscribe(this.#inbox, { callback: (error, msg) => this.#receive(error, msg) })
    this.#unsubscribe = connection.onChange((connected) => {
      // The server forgot our requests with the connection.
      if (connected) this.#askAnew()
    })
    this.#timer = setInterval(() => this.#tick(), 1_000)
    this.#ask()
  }

  /** The next message, or undefined once stopped. */
  next(): Promise<StreamMessage | undefined> {
    const message = this.takeReady()
    if (message || this.#stopped) return Promise.resolve(message)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** A message that is already here. */
  takeReady(): StreamMessage | undefined {
    const message = this.#ready.shift()
    if (message) this.#ask()
    return message
  }

  /** It has its answer: no more signs of life for it. */
  release(message: StreamMessage): void {
    this.#held.delete(message)
    this.#ask()
  }

  get holding(): number {
    return this.#held.size
  }

  /** When the stream stored the oldest message that waits here; undefined when none does. */
  get oldestHeldAt(): number | undefined {
    let oldest: number | undefined
    for (const message of this.#held) {
      const at = message.storedAt
      if (oldest === undefined || at < oldest) oldest = at
    }
    return oldest
  }

  pause(): void {
    this.#paused = true
  }
  resume(): void {
    this.#paused = false
    this.#ask()
  }

  /** Asks for nothing more. What is here stays to be taken; a `next()` that would wait gives undefined. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#unsubscribe()
    this.#sub.unsubscribe()
    for (const resolve of this.#waiting) resolve(undefined)
    this.#waiting = []
  }

  /** Hands back what is left and stops the signs of life. */
  end(): void {
    this.stop()
    clearInterval(this.#timer)
    for (const message of this.#held) message.nak()
    this.#held.clear()
    this.#ready = []
  }

  #receive(error: Error | null, msg: Msg): void {
    if (error) {
      this.options.onTrouble(error.message)
      return
    }
    this.#heardAt = performance.now()
    // What the server says about a request comes under our own inbox, messages under their subject.
    if (msg.subject === this.#inbox) this.#status(msg)
    else this.#message(new StreamMessage(this.connection, msg))
  }

  #message(message: StreamMessage): void {
    this.#asked = Math.max(0, this.#asked - 1)
    if (this.#stopped) {
      message.nak()
      return
    }
    this.#held.add(message)
    const resolve = this.#waiting.shift()
    if (resolve) resolve(message)
    else this.#ready.push(message)
    this.#ask()
  }

  #status(msg: Msg): void {
    const code = msg.headers?.code ?? 0
    if (code === 100) return
    const left = Number(msg.headers?.get('Nats-Pending-Messages') ?? 0)
    this.#asked = left > 0 ? Math.max(0, this.#asked - left) : 0
    const isOver = code === 408 || code === 404
    if (!isOver) this.options.onTrouble(`${code} ${msg.headers?.description ?? ''}`.trim())
    // A server that refuses is asked again by the next tick, not in a loop.
    if (isOver) this.#ask()
  }

  #ask(): void {
    if (this.#stopped || this.#paused || !this.connection.isConnected()) return
    const room = this.options.prefetch - this.#ready.length - this.#asked
    // Half a prefetch at a time: a request per message would cost as much as the message.
    if (room <= 0 || (this.#asked > 0 && room * 2 < this.options.prefetch)) return
    // Nothing is asked for while what came is still in hand: at most one prefetch waits besides.
    if (this.#held.size - this.#ready.length > 0 && this.options.prefetch === 1) return
    this.#asked += room
    this.#nc.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${this.options.stream}.${this.options.durable}`,
      JSON.stringify({ batch: room, expires: nanos(requestExpiresMs), idle_heartbeat: nanos(heartbeatMs) }),
      { reply: this.#inbox },
    )
  }

  #askAnew(): void {
    this.#asked = 0
    this.#heardAt = performance.now()
    this.#ask()
  }

  #tick(): void {
    const now = performance.now()
    if (this.#asked === 0 || now - this.#heardAt > 2.5 * heartbeatMs) this.#askAnew()
    if (now - this.#workedAt < this.options.ackWaitMs / 3) return
    this.#workedAt = now
    for (const message of this.#held) message.working()
  }
}
