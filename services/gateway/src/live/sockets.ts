/**
 * The open sockets (CONTRACTS 34): each frame to those of its company who may see it, in order, with a cursor. What a
 * socket missed comes from the ring; what the ring no longer has is a `resync`, and the client reloads by REST.
 */
import type { Metrics } from '@palomar/runtime'
import type { Cursors } from './cursor.ts'
import type { Frame } from './frame.ts'
import type { Ring } from './ring.ts'
import { sightOf, type Viewer } from './visibility.ts'

/** What of Bun's socket is used here. */
export interface Wire {
  send(text: string): number
  close(code: number, reason: string): void
  terminate(): void
  ping(): void
  getBufferedAmount(): number
}

export const closeCodes = { restarting: 1012, revoked: 4001, tooSlow: 4008 } as const

/** A socket may owe us this much. */
export const bufferedBytesMax = 1024 * 1024
/** It is asked for a sign of life every 4 s, and closed when none came for 10. */
const pingMs = 4_000
const silenceMsMax = 10_000
/** More than this missed is read faster by REST. */
const replayBytesMax = 512 * 1024
/** A closed socket that does not go away by itself. */
const lingerMs = 2_000

export interface Socket {
  readonly viewer: Viewer
  readonly wire: Wire
  heardAtMs: number
  pingedAtMs: number
  closedAtMs: number | undefined
}

export interface Sockets {
  open(viewer: Viewer, wire: Wire, cursor: string): Socket
  /** The peer is alive: a pong, a message, or a drained buffer. */
  heard(socket: Socket): void
  gone(socket: Socket): void
  deliver(frame: Frame): void
  /** Tells these to reload; everyone when no company is named. */
  resync(tenantId?: string): void
  closeWhere(concerns: (viewer: Viewer) => boolean, code: number, reason: string): number
  heartbeat(): void
  /** Pings the quiet, closes the silent. */
  tick(): void
  readonly count: number
}

export interface SocketsOptions {
  ring: Ring
  cursors: Cursors
  /** The stream as it is now: its life, and the last sequence read. */
  stream: { epoch(): string; head(): number }
  monotonic: () => number
  metrics: Metrics
}

export function createSockets({ ring, cursors, stream, monotonic, metrics }: SocketsOptions): Sockets {
  const byTenant = new Map<string, Set<Socket>>()
  let count = 0
  const sent = metrics.counter({ name: 'live_frames_sent_total', help: 'Frames written to sockets' })
  const opened = metrics.counter({
    name: 'live_opened_total',
    help: 'Sockets opened: resumed came with a cursor, so they had one before',
    labelNames: ['kind'],
  })
  for (const kind of ['new', 'resumed']) opened.labels({ kind })
  const closed = metrics.counter({
    name: 'live_closed_total',
    help: 'Sockets closed by us',
    labelNames: ['code'],
  })
  const resyncs = metrics.counter({ name: 'live_resyncs_total', help: 'Times a client was told to reload' })
  metrics.gauge({ name: 'live_sockets', help: 'Open sockets', collect: (gauge) => gauge.set(count) })

  const cursorAt = (tenantId: string, seq: number) => cursors.write(tenantId, { epoch: stream.epoch(), seq })

  function shut(socket: Socket, code: number, reason: string): void {
    if (socket.closedAtMs !== undefined) return
    socket.closedAtMs = monotonic()
    closed.inc({ code: String(code) })
    socket.wire.close(code, reason)
  }

  /** False when the socket is not to be written to any more. */
  function send(socket: Socket, text: string): boolean {
    if (socket.closedAtMs !== undefined) return false
    if (socket.wire.getBufferedAmount() + text.length > bufferedBytesMax) {
      shut(socket, closeCodes.tooSlow, 'too slow')
      return false
    }
    socket.wire.send(text)
    sent.inc()
    return true
  }

  function show(socket: Socket, frame: Frame, text: () => string): boolean {
    const sight = sightOf(socket.viewer, frame)
    if (sight === 'nothing') return true
    if (sight === 'event') return send(socket, text())
    return send(
      socket,
      JSON.stringify({ type: 'left', id: frame.resourceId, cursor: cursorAt(frame.tenantId, frame.seq) }),
    )
  }

  function tellResync(socket: Socket): void {
    resyncs.inc()
    send(socket, JSON.stringify({ type: 'resync', cursor: cursorAt(socket.viewer.tenantId, stream.head()) }))
  }

  /** What it missed since its cursor, or `resync`. */
  function replay(socket: Socket, cursor: string): void {
    const { tenantId } = socket.viewer
    const place = cursors.read(tenantId, cursor)
    const missed = place && place.epoch === stream.epoch() ? ring.after(tenantId, place.seq) : undefined
    if (!missed) return void tellResync(socket)
    const seen = missed.filter((frame) => sightOf(socket.viewer, frame) !== 'nothing')
    if (seen.reduce((sum, frame) => sum + frame.bytes, 0) > replayBytesMax) return void tellResync(socket)
    for (const frame of seen) {
      if (!show(socket, frame, () => frame.text((seq) => cursorAt(tenantId, seq)))) return
    }
  }

  function* all(): Iterable<Socket> {
    for (const sockets of byTenant.values()) yield* sockets
  }

  return {
    open(viewer, wire, cursor) {
      const now = monotonic()
      const socket: Socket = { viewer, wire, heardAtMs: now, pingedAtMs: now, closedAtMs: undefined }
      let sockets = byTenant.get(viewer.tenantId)
      if (!sockets) {
        sockets = new Set()
        byTenant.set(viewer.tenantId, sockets)
      }
      sockets.add(socket)
      count++
      opened.inc({ kind: cursor === '' ? 'new' : 'resumed' })
      // Until what it missed has been said, a client keeps the cursor it came with: it may break off in between.
      const at = cursor === '' ? cursorAt(viewer.tenantId, stream.head()) : cursor
      send(socket, JSON.stringify({ type: 'hello', cursor: at, epoch: stream.epoch() }))
      if (cursor !== '') replay(socket, cursor)
      return socket
    },
    heard(socket) {
      socket.heardAtMs = monotonic()
    },
    gone(socket) {
      const sockets = byTenant.get(socket.viewer.tenantId)
      if (!sockets?.delete(socket)) return
      count--
      if (sockets.size === 0) byTenant.delete(socket.viewer.tenantId)
    },
    deliver(frame) {
      const sockets = byTenant.get(frame.tenantId)
      if (!sockets) return
      const text = () => frame.text((seq) => cursorAt(frame.tenantId, seq))
      for (const socket of sockets) show(socket, frame, text)
    },
    resync(tenantId) {
      const sockets = tenantId === undefined ? all() : (byTenant.get(tenantId) ?? [])
      for (const socket of sockets) tellResync(socket)
    },
    closeWhere(concerns, code, reason) {
      let hit = 0
      for (const socket of all()) {
        if (socket.closedAtMs !== undefined || !concerns(socket.viewer)) continue
        shut(socket, code, reason)
        hit++
      }
      return hit
    },
    heartbeat() {
      for (const [tenantId, sockets] of byTenant) {
        const text = JSON.stringify({ type: 'heartbeat', cursor: cursorAt(tenantId, stream.head()) })
        for (const socket of sockets) send(socket, text)
      }
    },
    tick() {
      const now = monotonic()
      for (const socket of [...all()]) {
        if (socket.closedAtMs !== undefined) {
          // Whoever reads nothing reads no close frame either.
          if (now - socket.closedAtMs > lingerMs) socket.wire.terminate()
        } else if (now - socket.heardAtMs > silenceMsMax) shut(socket, closeCodes.tooSlow, 'no sign of life')
        else if (now - Math.max(socket.heardAtMs, socket.pingedAtMs) >= pingMs) {
          socket.pingedAtMs = now
          socket.wire.ping()
        }
      }
    },
    get count() {
      return count
    },
  }
}
