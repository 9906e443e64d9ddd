import {
  type Area,
  areas,
  type BatchMeta,
  batchBytesMax,
  batchEventsMax,
  type liveV1,
  uuidOf,
} from '@palomar/contracts'
import type { Tx } from '../types.ts'
import { insertRows, type NewRow } from './rows.ts'

export type AreaName = Exclude<keyof typeof areas, 'live'>
export type EventOf<A extends AreaName> = (typeof areas)[A] extends Area<infer E> ? E : never
export type AnyEvent = EventOf<AreaName>
export type Frame = liveV1.Frame

/** An outbox row whose transaction has committed, with what it says still in memory. */
export type Committed =
  | { id: string; lane: 'durable'; area: AreaName; events: AnyEvent[]; meta: BatchMeta }
  | { id: string; lane: 'live'; frames: Frame[]; tenants: string[] }

interface Collector {
  service: string
  durable: Map<AreaName, { events: AnyEvent[]; meta: BatchMeta }>
  frames: Frame[]
}

// By transaction handle, so that what one transaction collects can never leave with another.
const collectors = new WeakMap<object, Collector>()

export function collectorOf(tx: Tx, service: string): void {
  collectors.set(tx, { service, durable: new Map(), frames: [] })
}

export function forget(tx: Tx): void {
  collectors.delete(tx)
}

function collector(tx: Tx): Collector {
  const found = collectors.get(tx)
  if (!found) throw new Error('events can only leave with an open transaction of Db, not with a savepoint')
  return found
}

/**
 * Events that leave if, and only if, this transaction commits. They are written as ready batches in one statement
 * just before the commit; the relay publishes them right after it. All of one area in one transaction share rows.
 */
export function insertOutbox<A extends AreaName>(
  tx: Tx,
  area: A,
  events: readonly EventOf<A>[],
  meta: BatchMeta = {},
): void {
  if (events.length === 0) return
  const { durable } = collector(tx)
  const lane = durable.get(area) ?? { events: [], meta: {} }
  lane.events.push(...(events as readonly unknown[] as AnyEvent[]))
  const oldest = earlier(lane.meta.oldestWebhookAt, meta.oldestWebhookAt)
  if (oldest) lane.meta = { oldestWebhookAt: oldest }
  durable.set(area, lane)
}

/**
 * Frames for clients' sockets. Best effort after the commit: what cannot be published within 5 s is dropped and the
 * tenants concerned are told to reload.
 */
export function insertLive(tx: Tx, frames: readonly Frame[]): void {
  collector(tx).frames.push(...frames)
}

/**
 * Writes what was collected; called once, as the transaction's last statement. `written` is not to be awaited before the
 * commit is sent: both travel together. It rejects when the rows were refused, and then nothing was committed.
 */
export function flushCollected(tx: Tx): { rows: Committed[]; written: Promise<unknown> } {
  const { service, durable, frames } = collector(tx)
  const rows: NewRow[] = []
  const committed: Committed[] = []
  for (const [area, { events, meta }] of durable) {
    for (const part of split(area, events, meta)) {
      const id = rowId()
      rows.push({ id, area, body: part.body, tenants: [] })
      committed.push({ id, lane: 'durable', area, events: part.events, meta })
    }
  }
  if (frames.length > 0) {
    const id = rowId()
    const tenants = tenantsOf(frames)
    rows.push({ id, area: 'live', body: null, tenants: tenants.map((tenant) => uuidOf(tenant as never)) })
    committed.push({ id, lane: 'live', frames, tenants })
  }
  const written = rows.length > 0 ? insertRows(tx, service, rows) : Promise.resolve()
  // Its reader may hear of a refused commit first.
  written.catch(() => undefined)
  return { rows: committed, written }
}

function rowId(): string {
  return Bun.randomUUIDv7()
}

export function tenantsOf(frames: readonly Frame[]): string[] {
  return [...new Set(frames.map((frame) => frame.header?.tenantId ?? '').filter(Boolean))]
}

/** Batches within the wire's limits; an event that is larger than a batch may be travels alone. */
function split(
  area: AreaName,
  events: AnyEvent[],
  meta: BatchMeta,
): { events: AnyEvent[]; body: Uint8Array }[] {
  const { encode } = areas[area] as Area<AnyEvent>
  const body = encode(events, meta)
  if (events.length === 1 || (events.length <= batchEventsMax && body.length <= batchBytesMax))
    return [{ events, body }]
  const half = Math.ceil(events.length / 2)
  return [...split(area, events.slice(0, half), meta), ...split(area, events.slice(half), meta)]
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}
