import {
  type Area,
  type BatchMeta,
  eventsV1,
  retryDelaysS,
  retrySpanMaxMs,
  retryTriesMax,
} from '@palomar/contracts'
import { deadSubject, retryNowSubject, retryWaitSubject } from '../names.ts'
import type { HasHeader } from '../publisher.ts'
import type { Delivered, Timing } from './types.ts'

export type Parked = eventsV1.ParkedEvent

export const timingDefault: Timing = {
  retryDelaysMs: retryDelaysS.map((seconds) => seconds * 1000),
  retryTriesMax,
  retrySpanMaxMs,
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
}

/** Where an event goes that was not handled, and what is written there. */
export interface Parking {
  subject: string
  parked: Parked
}

/** The event as it is kept in RETRY and DEAD: alone, in a batch of its own. */
export function parkedOf<E extends HasHeader>(
  area: Area<E>,
  durable: string,
  { event, meta, streamTime, tries }: Delivered<E>,
  now: Date,
): Parked {
  return eventsV1.ParkedEvent.create({
    stream: area.stream,
    durable,
    eventId: event.header?.id ?? '',
    tenantId: event.header?.tenantId ?? '',
    tries,
    firstTriedAt: now,
    streamTime,
    batch: Buffer.from(area.encode([event], meta)),
    kind: area.kindOf(event),
  })
}

/** A batch that cannot be read is one dead letter, whole. */
export function unreadableOf(stream: string, durable: string, bytes: Uint8Array, streamTime: Date): Parked {
  return eventsV1.ParkedEvent.create({
    stream,
    durable,
    streamTime,
    batch: Buffer.from(bytes),
    kind: 'unreadable',
  })
}

/**
 * After a try that failed: the next delay, or DEAD after the last try or too long since the first. Past the known
 * delays the longest repeats.
 */
export function parkAfterFailure(
  parked: Parked,
  failure: { reason: string; code?: string; afterMs?: number },
  now: Date,
  timing: Timing,
): Parking {
  const tries = parked.tries + 1
  const firstTriedAt = parked.firstTriedAt ?? now
  const spentMs = now.getTime() - firstTriedAt.getTime()
  const failed = {
    ...parked,
    tries,
    firstTriedAt,
    reason: failure.reason,
    reasonCode: failure.code ?? 'retry',
  }
  if (tries >= timing.retryTriesMax || spentMs >= timing.retrySpanMaxMs) return parkDead(failed, failed)
  const step = stepFor(tries, failure.afterMs, timing.retryDelaysMs)
  const dueAt = new Date(now.getTime() + (timing.retryDelaysMs[step] ?? 0))
  return { subject: retryWaitSubject(parked.durable, step), parked: { ...failed, dueAt } }
}

export function parkDead(
  parked: Parked,
  { reason, reasonCode }: { reason: string; reasonCode: string },
): Parking {
  return {
    subject: deadSubject(parked.durable),
    parked: { ...parked, dueAt: undefined, reason, reasonCode },
  }
}

/** To be handled as soon as its turn comes, alone. */
export function parkNow(parked: Parked): Parking {
  return { subject: retryNowSubject(parked.durable), parked: { ...parked, dueAt: undefined } }
}

function stepFor(tries: number, afterMs: number | undefined, delaysMs: readonly number[]): number {
  const last = delaysMs.length - 1
  if (afterMs === undefined) return Math.min(tries - 1, last)
  const longEnough = delaysMs.findIndex((delayMs) => delayMs >= afterMs)
  return longEnough < 0 ? last : longEnough
}

export function deliveredOf<E extends HasHeader>(
  events: readonly E[],
  meta: BatchMeta,
  streamTime: Date,
  tries: number,
): Delivered<E>[] {
  return events.map((event) => ({ event, meta, streamTime, redelivered: tries > 0, tries }))
}
