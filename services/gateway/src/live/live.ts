/** One follower of LIVE per gateway: it fills the ring, feeds the sockets, and hears of revocations. */
import type { Bus } from '@palomar/bus'
import type { liveV1 } from '@palomar/contracts'
import type { Clock, Logger, Metrics } from '@palomar/runtime'
import type { Keyring } from '@palomar/seal'
import { createCursors } from './cursor.ts'
import { frameOf } from './frame.ts'
import { createRevocations } from './revocations.ts'
import { createRing } from './ring.ts'
import { closeCodes, createSockets, type Socket, type Wire } from './sockets.ts'
import type { Viewer } from './visibility.ts'

const heartbeatMs = 10_000
const tickMs = 1_000

export interface Live {
  /** Whether the past has been read: before, a socket would be told to reload for nothing. */
  isReady(): boolean
  /** Undefined when the ticket's holder lost their power since it was issued. */
  open(viewer: Viewer, issuedAtMs: number, wire: Wire, cursor: string): Socket | undefined
  heard(socket: Socket): void
  gone(socket: Socket): void
  /** A user, key, session family or company lost its power: its sockets close. */
  revoke(subjectId: string, atMs: number): void
  /** Closes everyone, some at a time, so that they do not all come back in the same moment. */
  closeAll(): Promise<void>
  readonly count: number
  stop(): Promise<void>
}

export interface LiveOptions {
  bus: Pick<Bus, 'live'>
  key: Keyring
  clock: Clock
  logger: Logger
  metrics: Metrics
  /** Hears of every revocation on LIVE, so that cached credentials go too. */
  onRevoked(subjectId: string): void
  heartbeatMs?: number
}

export function startLive({ bus, key, clock, logger, metrics, onRevoked, ...options }: LiveOptions): Live {
  const monotonic = () => clock.monotonic()
  const ring = createRing(monotonic)
  const revocations = createRevocations()
  let ready = false
  let head = 0
  let epoch = ''

  const stream = { epoch: () => epoch, head: () => head }
  const sockets = createSockets({ ring, cursors: createCursors(key), stream, monotonic, metrics })
  metrics.gauge({
    name: 'live_ring_bytes',
    help: 'Live frames kept for resuming',
    collect: (g) => g.set(ring.bytes),
  })

  const follower = bus.live.follow({
    onEpoch(next) {
      epoch = next
      head = follower.head()
      ring.restart(head)
      // Sequences of another life mean nothing, and a hole cannot be filled: everyone reloads.
      if (ready) sockets.resync()
    },
    onFrame(frame, seq) {
      head = seq
      const tenantId = frame.header?.tenantId ?? ''
      if (frame.kind === 'session.revoked') return takeRevocation(frame)
      if (frame.kind === 'resync') {
        ring.restartTenant(tenantId, seq)
        return sockets.resync(tenantId)
      }
      const held = frameOf(frame, seq)
      ring.add(held)
      sockets.deliver(held)
    },
  })
  void follower.caughtUp.then(() => {
    ready = true
  })

  function takeRevocation(frame: liveV1.Frame): void {
    const subjectId = subjectOf(frame)
    if (subjectId === undefined)
      return void logger.error('a revocation frame cannot be read', { event_id: frame.header?.id })
    revoke(subjectId, (frame.publishedAt ?? frame.header?.time ?? new Date(clock.now())).getTime())
    onRevoked(subjectId)
  }

  function revoke(subjectId: string, atMs: number): void {
    revocations.note(subjectId, atMs)
    const hit = sockets.closeWhere(
      (viewer) => subjectsOf(viewer).includes(subjectId),
      closeCodes.revoked,
      'revoked',
    )
    if (hit > 0) logger.info('sockets closed: access was revoked', { subject_id: subjectId, sockets: hit })
  }

  const timers = [
    setInterval(() => sockets.heartbeat(), options.heartbeatMs ?? heartbeatMs),
    setInterval(() => {
      sockets.tick()
      ring.sweep()
      revocations.sweep(clock.now())
    }, tickMs),
  ]

  return {
    isReady: () => ready,
    open(viewer, issuedAtMs, wire, cursor) {
      if (!revocations.concerns(subjectsOf(viewer), issuedAtMs)) return sockets.open(viewer, wire, cursor)
      wire.close(closeCodes.revoked, 'revoked')
      return undefined
    },
    heard: sockets.heard,
    gone: sockets.gone,
    revoke,
    async closeAll() {
      while (sockets.count > 0) {
        let left = 500
        sockets.closeWhere(() => left-- > 0, closeCodes.restarting, 'restarting')
        sockets.tick()
        await Bun.sleep(100)
      }
    },
    get count() {
      return sockets.count
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await follower.stop()
    },
  }
}

const subjectsOf = ({ actorId, sessionId, tenantId }: Viewer) => [actorId, sessionId, tenantId]

function subjectOf({ payloadJson }: liveV1.Frame): string | undefined {
  try {
    const { subject_id } = JSON.parse(payloadJson) as { subject_id?: unknown }
    return typeof subject_id === 'string' && subject_id !== '' ? subject_id : undefined
  } catch {
    return undefined
  }
}
