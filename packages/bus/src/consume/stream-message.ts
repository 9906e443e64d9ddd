import { appError } from '@palomar/errors'
import type { Msg } from 'nats'
import type { Connection } from '../connection.ts'
import { unavailable } from '../stream-error.ts'

const ack = '+ACK'
const inProgress = '+WPI'

/** One message of a durable, to be answered once. */
export class StreamMessage {
  readonly data: Uint8Array
  readonly streamSequence: number
  /** When the stream stored it, epoch milliseconds. */
  readonly storedAt: number
  /** 1 the first time. */
  readonly deliveryCount: number
  readonly #reply: string
  #answered = false

  constructor(
    private readonly connection: Connection,
    msg: Msg,
  ) {
    this.data = msg.data
    this.#reply = msg.reply ?? ''
    // $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<nanoseconds>.<pending>, counted from the
    // end of the fixed part: newer servers may put a domain and an account hash after $JS.ACK and a token at the end.
    const tokens = this.#reply.split('.')
    const at = tokens.length > 9 ? 6 : 4
    this.deliveryCount = Number(tokens[at])
    this.streamSequence = Number(tokens[at + 1])
    this.storedAt = Number(tokens[at + 3]) / 1_000_000
    if (!(this.deliveryCount > 0 && this.storedAt > 0))
      throw appError('internal', { internal: `not an answer subject of JetStream: ${this.#reply}` })
  }

  get isAnswered(): boolean {
    return this.#answered
  }

  /** Sent, not confirmed: if it is lost the message comes again. */
  ack(): void {
    this.#say(ack)
  }

  /** Resolves when the server has it. */
  async ackConfirmed(timeoutMs = 5_000): Promise<void> {
    if (this.#answered) return
    this.#answered = true
    try {
      await this.connection.request(this.#reply, ack, { timeoutMs })
    } catch (cause) {
      throw unavailable(cause, 'acknowledgement')
    }
  }

  /** Hands it back, to come again after the delay. */
  nak(delayMs = 0): void {
    this.#say(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.ceil(delayMs * 1_000_000) })}` : '-NAK')
  }

  /** A sign of life: the ack wait starts anew. */
  working(): void {
    if (!this.#answered && !this.connection.nc.isClosed()) this.connection.nc.publish(this.#reply, inProgress)
  }

  #say(answer: string): void {
    if (this.#answered || this.connection.nc.isClosed()) return
    this.#answered = true
    this.connection.nc.publish(this.#reply, answer)
  }
}
