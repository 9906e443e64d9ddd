/**
 * The last five minutes of live frames, by company: what a socket that comes back is told. Bounded in bytes as well;
 * whoever asks for more than is left reloads by REST.
 */
import { Fifo } from './fifo.ts'
import type { Frame } from './frame.ts'

export interface RingLimits {
  ageMs: number
  bytesMax: number
  /** So that one company's storm does not push out everyone else's minutes. */
  tenantBytesMax: number
}

export const ringLimits: RingLimits = {
  ageMs: 5 * 60_000,
  bytesMax: 96 * 1024 * 1024,
  tenantBytesMax: 16 * 1024 * 1024,
}

interface Held {
  frame: Frame
  atMs: number
  bytes: number
  gone: boolean
}

interface TenantRing {
  held: Fifo<Held>
  bytes: number
  /** Frames up to this sequence are gone for this company. */
  floor: number
}

export interface Ring {
  /** Everything known is void; what follows is another stream, or has a hole before it. */
  restart(headSeq: number): void
  add(frame: Frame): void
  /** A hole in one company's frames: what it had is no longer the whole. */
  restartTenant(tenantId: string, seq: number): void
  /** The company's frames behind `seq`; undefined when some of them are gone. */
  after(tenantId: string, seq: number): readonly Frame[] | undefined
  /** Lets go of what is too old. */
  sweep(): void
  readonly bytes: number
}

export function createRing(monotonic: () => number, limits: RingLimits = ringLimits): Ring {
  const tenants = new Map<string, TenantRing>()
  /** All of them, oldest first. */
  let order = new Fifo<Held>()
  let bytes = 0
  let floor = 0
  let isFresh = true

  function tenantOf(id: string): TenantRing {
    let tenant = tenants.get(id)
    if (!tenant) {
      tenant = { held: new Fifo(), bytes: 0, floor: 0 }
      tenants.set(id, tenant)
    }
    return tenant
  }

  /** Its company's oldest, always: frames come and go in order. */
  function release(held: Held, tenant: TenantRing): void {
    tenant.held.shift()
    tenant.bytes -= held.bytes
    tenant.floor = held.frame.seq
    bytes -= held.bytes
    held.gone = true
    if (tenant.held.length === 0 && held.frame.seq <= floor) tenants.delete(held.frame.tenantId)
  }

  function dropOldest(): void {
    const held = order.shift()
    if (!held) return
    floor = Math.max(floor, held.frame.seq)
    if (!held.gone) release(held, tenantOf(held.frame.tenantId))
  }

  return {
    restart(headSeq) {
      tenants.clear()
      order = new Fifo()
      bytes = 0
      floor = headSeq
      isFresh = true
    },
    add(frame) {
      // The first frame read says how far back we know: everything from it on.
      if (isFresh) floor = Math.min(floor, frame.seq - 1)
      isFresh = false
      const held: Held = { frame, atMs: monotonic(), bytes: frame.bytes, gone: false }
      const tenant = tenantOf(frame.tenantId)
      tenant.held.push(held)
      tenant.bytes += held.bytes
      order.push(held)
      bytes += held.bytes
      for (
        let first = tenant.held.peek();
        first && tenant.bytes > limits.tenantBytesMax;
        first = tenant.held.peek()
      ) {
        release(first, tenant)
      }
      while (bytes > limits.bytesMax && order.length > 0) dropOldest()
    },
    restartTenant(tenantId, seq) {
      const tenant = tenantOf(tenantId)
      for (let first = tenant.held.peek(); first; first = tenant.held.peek()) release(first, tenant)
      tenantOf(tenantId).floor = seq
    },
    after(tenantId, seq) {
      if (seq < floor) return undefined
      const tenant = tenants.get(tenantId)
      if (!tenant) return []
      if (seq < tenant.floor) return undefined
      return tenant.held.from(firstBehind(tenant.held, seq)).map(({ frame }) => frame)
    },
    sweep() {
      const before = monotonic() - limits.ageMs
      for (let held = order.peek(); held && held.atMs < before; held = order.peek()) dropOldest()
    },
    get bytes() {
      return bytes
    },
  }
}

/** Index of the first with a higher sequence. */
function firstBehind(held: Fifo<Held>, seq: number): number {
  let low = 0
  let high = held.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((held.at(middle)?.frame.seq ?? 0) > seq) high = middle
    else low = middle + 1
  }
  return low
}
