import { createServer, type Socket } from 'node:net'

/** A TCP server that does to each connection what a test says; nothing of HTTP is done for it. */
export interface RawServer {
  url: string
  /** What came in, over all connections, as text. */
  received(): string
  connections(): number
  stop(): Promise<void>
}

export async function rawServer(onRequest: (socket: Socket, nth: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  let text = ''
  let requests = 0
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let open = ''
    socket.on('data', (data) => {
      text += data.toString()
      open += data.toString()
      // Head and body of one request: the clients under test never pipeline.
      const head = open.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(open.slice(0, head))?.[1] ?? 0)
      if (Buffer.byteLength(open) < head + 4 + length) return
      open = ''
      onRequest(socket, ++requests)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received: () => text,
    connections: () => connections,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A whole HTTP response. */
export function response(status: number, body: string, type = 'application/json'): string {
  return `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
