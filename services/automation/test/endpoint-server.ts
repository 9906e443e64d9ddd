/** A subscriber's server: keeps what it was sent, and answers as it is told. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Request {
  path: string
  headers: Record<string, string>
  body: string
  json: { type: string; timestamp: string; data: Record<string, unknown> }
}

/** A status, or the whole answer by hand. */
export type Reply = number | ((response: http.ServerResponse) => void)

export interface EndpointServer {
  url: string
  requests: Request[]
  /** What the next requests get: 204 unless said otherwise. */
  reply: (request: Request) => Reply
  /** At this path. */
  at(path: string): Request[]
  stop(): Promise<void>
}

export async function startEndpointServer(host = '127.0.0.1', port = 0): Promise<EndpointServer> {
  const requests: Request[] = []
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const headers = incoming.headers as Record<string, string>
      const request = { path: incoming.url ?? '', headers, body, json: JSON.parse(body) }
      requests.push(request)
      const reply = self.reply(request)
      if (typeof reply === 'function') reply(response)
      else response.writeHead(reply).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const self: EndpointServer = {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    requests,
    reply: () => 204,
    at: (path) => requests.filter((request) => request.path === path),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return self
}
