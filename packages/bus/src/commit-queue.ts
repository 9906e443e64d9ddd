import { type AppError, appError } from '@palomar/errors'

/** What one call of publish wants stored: whole, in one batch with whatever else waits. */
export interface Part {
  /** An encoded batch of its events. Two such, one behind the other, are the batch of both. */
  readonly bytes: Uint8Array
  readonly events: number
  readonly oldestWebhookAt?: Date | undefined
  /** Monotonic milliseconds; past it the caller has been told no. */
  readonly deadline: number
  done(error?: AppError): void
}

export interface CommitLimits {
  /** Of one batch on the wire. A larger part travels alone. */
  eventsMax: number
  bytesMax: number
  /** Of everything that waits: a server that stalls must not become our memory. */
  queuedPartsMax: number
  queuedBytesMax: number
}

/** Parts in the order they came; all wait equally long, so the first is always the first to run out of time. */
export class CommitQueue {
  #parts: Part[] = []
  #head = 0
  #bytes = 0

  constructor(private readonly limits: CommitLimits) {}

  get size(): number {
    return this.#parts.length - this.#head
  }
  get bytes(): number {
    return this.#bytes
  }
  get first(): Part | undefined {
    return this.#parts[this.#head]
  }

  /** Throws `unavailable` when full. */
  add(part: Part): void {
    const { queuedPartsMax, queuedBytesMax } = this.limits
    // Whatever its size, one part may always wait: it would never fit otherwise.
    if (this.size > 0 && (this.size >= queuedPartsMax || this.#bytes + part.bytes.length > queuedBytesMax))
      throw appError('unavailable', {
        internal: `publish queue full: ${this.size} parts, ${this.#bytes} bytes`,
      })
    this.#parts.push(part)
    this.#bytes += part.bytes.length
  }

  /** The next batch, in order. */
  take(): Part[] {
    const batch: Part[] = []
    let events = 0
    let bytes = 0
    for (let part = this.first; part; part = this.first) {
      events += part.events
      bytes += part.bytes.length
      if (batch.length > 0 && (events > this.limits.eventsMax || bytes > this.limits.bytesMax)) break
      batch.push(this.#shift(part))
    }
    return batch
  }

  /** Those whose time is over. */
  takeExpired(now: number): Part[] {
    const expired: Part[] = []
    for (let part = this.first; part && part.deadline <= now; part = this.first)
      expired.push(this.#shift(part))
    return expired
  }

  #shift(part: Part): Part {
    this.#bytes -= part.bytes.length
    this.#head++
    // Shifting an array costs its length; this costs it once in a while.
    if (this.#head > 1024 && this.#head * 2 > this.#parts.length) {
      this.#parts = this.#parts.slice(this.#head)
      this.#head = 0
    }
    return part
  }
}
