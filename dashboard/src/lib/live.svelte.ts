import { untrack } from 'svelte'

export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'offline'

/** A change as the gateway's socket tells it; `data` is the resource as the REST API shows it. */
export interface LiveEvent {
  kind: string
  data: unknown
}

/** Someone on screen who folds live events into what he shows. */
export interface LiveListener {
  onEvent(event: LiveEvent): void
  /** Frames may have been missed: read again by REST. */
  onResync(): Promise<void>
}

interface ServerFrame {
  type: 'hello' | 'event' | 'resync' | 'left' | 'heartbeat'
  cursor?: string
  kind?: string
  data?: unknown
}

/** Two missed heartbeats (10 s each) and a bit: the connection is dead though nobody said so. */
const silenceMaxMs = 25_000
const retryMaxMs = 15_000

/**
 * The live socket, one for all pages. Reconnects by itself and resumes from the last cursor; when frames may have been
 * missed it calls `onResync` of who listens. The first connection is such a time, and so is the coming of a listener:
 * what changed after his page was rendered and before he listened was told to nobody.
 */
export class LiveSocket {
  status = $state<LiveStatus>('connecting')
  /** When the next try comes, for the countdown. */
  retryAt = $state<number>(0)

  #socket: WebSocket | undefined
  #cursor = ''
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #closed = false
  #listeners = new Set<LiveListener>()

  /** Tells `listener` everything until the returned function is called. */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener)
    // Who listens in an effect must not depend on what a reload happens to read: each answer would ask again.
    untrack(() => {
      if (this.status === 'live') this.#resync([listener])
    })
    return () => this.#listeners.delete(listener)
  }

  async open(): Promise<void> {
    if (this.#closed) return
    try {
      const response = await fetch('/session/live', { method: 'POST' })
      if (!response.ok) throw new Error(`ticket: ${response.status}`)
      const { ticket, url } = (await response.json()) as { ticket: string; url: string }
      if (this.#closed) return
      const query = new URLSearchParams({ ticket, ...(this.#cursor ? { cursor: this.#cursor } : {}) })
      this.#listen(new WebSocket(`${url}?${query}`))
    } catch {
      this.#retry()
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#watchdog)
    this.#socket?.close()
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket
    socket.onmessage = (message) => {
      this.#watch(socket)
      this.#take(JSON.parse(String(message.data)) as ServerFrame)
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#retry()
    }
    this.#watch(socket)
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'hello') {
      this.#tries = 0
      this.status = 'live'
      if (!this.#cursor) this.#resync()
    }
    if (frame.type === 'event' && frame.kind) this.#tell({ kind: frame.kind, data: frame.data })
    if (frame.type === 'resync') this.#resync()
    // Kept last: a cursor counts only once its frame has been handled.
    if (frame.cursor) this.#cursor = frame.cursor
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener.onEvent(event)
  }

  /** A reload that failed leaves a hole: the connection is made anew without a cursor, and asks again. */
  #resync(listeners = [...this.#listeners]): void {
    const socket = this.#socket
    Promise.all(listeners.map((listener) => listener.onResync())).catch(() => {
      if (this.#socket !== socket) return
      this.#cursor = ''
      this.#tries = Math.max(this.#tries, 3)
      socket?.close()
    })
  }

  #watch(socket: WebSocket): void {
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => socket.close(), silenceMaxMs)
  }

  #retry(): void {
    if (this.#closed) return
    clearTimeout(this.#watchdog)
    this.status = navigator.onLine ? 'reconnecting' : 'offline'
    const delay = Math.random() * Math.min(retryMaxMs, 500 * 2 ** this.#tries++)
    this.retryAt = Date.now() + delay
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.open(), delay)
  }
}
