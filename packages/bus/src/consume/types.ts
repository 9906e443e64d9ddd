import type { BatchMeta } from '@palomar/contracts'
import type { DurableState } from '../metrics.ts'

/** One event as a handler gets it. */
export interface Delivered<E> {
  readonly event: E
  /** What its batch said of itself. */
  readonly meta: BatchMeta
  /** When the stream stored it. */
  readonly streamTime: Date
  /** It may have been handled before: its effect must be the same the second time. */
  readonly redelivered: boolean
  /** Earlier tries of this event that failed or never answered. */
  readonly tries: number
}

export type Answer =
  | 'ok'
  /** Again later, by itself; `afterMs` picks the next longer delay of RETRY. The reason is internal, without text. */
  | { retry: { afterMs?: number; reason: string } }
  /** Never again by itself: kept as a dead letter. */
  | { dead: { reason: string; code?: string } }

/**
 * One answer per event, in order. Throwing means that infrastructure is down and no event is at fault: the batch is
 * handed back whole and nothing is pulled until the probe succeeds.
 */
export type Handler<E> = (events: Delivered<E>[]) => Promise<Answer[]>

export interface ConsumeOptions {
  /** Is what the handler needs there again? Asked with 1–30 s in between while it is not. */
  probe?: () => Promise<boolean>
  /** Calls of the handler at once. */
  concurrency?: number
  /** Batches asked for ahead. */
  prefetch?: number
  /** Batches that are here already share a call of the handler up to this many events. */
  eventsMax?: number
  /** A call that takes longer counts as thrown; it may still end later, so its effects must bear company. */
  handlerTimeoutMs?: number
  /**
   * Only for proving that the kill tests see a loss: `ack-before-commit` acknowledges a batch before its handler has
   * run.
   */
  mutation?: 'ack-before-commit' | undefined
  /** For tests: delays instead of minutes. */
  timing?: Partial<Timing>
}

export interface Timing {
  /** One per delay of the contracts, shortest first. */
  retryDelaysMs: readonly number[]
  retryTriesMax: number
  retrySpanMaxMs: number
  /** Of a batch handed back whole, and between probes. */
  backoffMinMs: number
  backoffMaxMs: number
}

export interface Consumer {
  /** What waits of this durable, as the server and this process know it. Rejects while NATS is away. */
  state(): Promise<DurableState>
  /** Asks for nothing more and finishes what is in hand; what is not finished by then is handed back. */
  stop(timeoutMs?: number): Promise<void>
}
