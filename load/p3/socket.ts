import type { Product } from './product.ts'

/** Of a message on the socket, what the benchmarks look at. */
export interface MessageFrame {
  kind: 'message.created' | 'message.updated'
  id: string
  direction: 'inbound' | 'outbound'
  state: string
  wamid: string | null
  version: number
}

export interface LiveSocket {
  /** Told to reload, or cut off: from then on the socket proves nothing. */
  readonly breaks: number
  /** Frames of the same message in the same version as one before. */
  readonly repeated: number
  close(): void
}

/** A socket of the gateway, as the dashboard opens it; `at` is taken before the frame is read. */
export async function openSocket(
  { company, demo }: Product,
  onMessage: (frame: MessageFrame, at: number) => void,
): Promise<LiveSocket> {
  const { ticket } = await company.post<{ ticket: string }>('/v1/live/tickets', {})
  const url = demo.urls.gateway.replace(/^http/, 'ws')
  const socket = new WebSocket(`${url}/v1/live?${new URLSearchParams({ ticket })}`)
  const hello = Promise.withResolvers<void>()
  const seen = new Set<string>()
  let breaks = 0
  let repeated = 0
  let isClosing = false
  socket.onmessage = ({ data }) => {
    const at = performance.now()
    const { type, kind, data: message } = JSON.parse(String(data))
    if (type === 'hello') hello.resolve()
    if (type === 'resync') breaks++
    if (type !== 'event' || (kind !== 'message.created' && kind !== 'message.updated')) return
    const { id, direction, state, wamid, version } = message
    const key = `${id} ${version}`
    if (seen.has(key)) repeated++
    seen.add(key)
    onMessage({ kind, id, direction, state, wamid, version }, at)
  }
  socket.onclose = () => {
    if (isClosing) return
    breaks++
    hello.reject(new Error('the socket was closed'))
  }
  await hello.promise
  return {
    get breaks() {
      return breaks
    },
    get repeated() {
      return repeated
    },
    close() {
      isClosing = true
      socket.close()
    },
  }
}
