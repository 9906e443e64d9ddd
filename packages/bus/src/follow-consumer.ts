import type { Msg, MsgHdrs } from 'nats'
import type { Connection } from './connection.ts'

export interface StreamEntry {
  subject: string
  data: Uint8Array
  headers: MsgHdrs | undefined
  sequence: number
}

export interface FollowConsumerOptions {
  connection: Connection
  stream: string
  consumer: string
  /** In order, without a hole in what this consumer delivered. `pending` is what the stream still has behind it. */
  onEntry(entry: StreamEntry, pending: number): void
}

export interface Following {
  /** Resolves when the consumer is of no more use: lost, silent, or a delivery of it was. */
  over: Promise<void>
  end(): void
}

const batch = 256
const expiresMs = 30_000
const heartbeatMs = 2_000
const nanos = (ms: number) => ms * 1_000_000

/** Everything a consumer without acknowledgements delivers, until something goes wrong. */
export function followConsumer({ connection, stream, consumer, onEntry }: FollowConsumerOptions): Following {
  const { nc } = connection
  const inbox = connection.newInbox()
  const over = Promise.withResolvers<void>()
  let asked = 0
  let expected = 1
  let heardAt = performance.now()

  const sub = nc.subscribe(inbox, { callback: (error, msg) => (error ? end() : receive(msg)) })
  const off = connection.onChange(() => end())
  const timer = setInterval(() => {
    if (performance.now() - heardAt > 2.5 * heartbeatMs) end()
  }, heartbeatMs / 2)
  ask()
  return { over: over.promise, end }

  function end(): void {
    clearInterval(timer)
    off()
    sub.unsubscribe()
    over.resolve()
  }

  function ask(): void {
    if (asked > batch / 2) return
    const room = batch - asked
    asked += room
    nc.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({ batch: room, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) }),
      { reply: inbox },
    )
  }

  function receive(msg: Msg): void {
    heardAt = performance.now()
    // What the server says about a request comes under our own inbox, entries under their subject.
    if (msg.subject === inbox) {
      hearStatus(msg.headers?.code ?? 0)
      return
    }
    const { streamSequence, consumerSequence, pending } = sequencesOf(msg)
    if (consumerSequence !== expected) {
      end()
      return
    }
    expected++
    asked--
    onEntry({ subject: msg.subject, data: msg.data, headers: msg.headers, sequence: streamSequence }, pending)
    ask()
  }

  function hearStatus(code: number): void {
    const isBeat = code === 100
    const isExpired = code === 408 || code === 404
    if (isBeat) return
    if (isExpired) {
      asked = 0
      ask()
    } else end()
  }
}

function sequencesOf(msg: Msg): { streamSequence: number; consumerSequence: number; pending: number } {
  // As in StreamMessage: newer servers may put two tokens after $JS.ACK.
  const tokens = (msg.reply ?? '').split('.')
  const at = tokens.length > 9 ? 6 : 4
  return {
    streamSequence: Number(tokens[at + 1]),
    consumerSequence: Number(tokens[at + 2]),
    pending: Number(tokens[at + 4]),
  }
}
