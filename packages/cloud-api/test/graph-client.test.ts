import { afterEach, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { restMsMax } from '../src/graph/agent.ts'
import {
  createGraphClient,
  type GraphClient,
  type GraphClientOptions,
  type GraphResult,
} from '../src/index.ts'
import { type RawServer, rawServer, response } from './raw-server.ts'

const accepted = '{"messaging_product":"whatsapp","messages":[{"id":"wamid.A="}]}'
let opened: { stop(): unknown }[] = []

afterEach(async () => {
  for (const one of opened) await one.stop()
  opened = []
})

async function serve(onRequest: (socket: Socket, nth: number) => void): Promise<RawServer> {
  const server = await rawServer(onRequest)
  opened.push(server)
  return server
}

function clientOf(baseUrl: string, options: Partial<GraphClientOptions> = {}): GraphClient {
  const client = createGraphClient({ baseUrl, ...options })
  opened.push({ stop: () => client.close() })
  return client
}

const call = {
  phoneNumberId: '400000000000041',
  token: 'EAAB',
  version: 'v22.0',
  body: { messaging_product: 'whatsapp', to: '541156384310', type: 'text', text: { body: 'hola' } },
  deadlineMs: 5_000,
}

async function send(baseUrl: string, more: Partial<typeof call> & { onConnected?: () => unknown } = {}) {
  return clientOf(baseUrl).sendMessage({ ...call, ...more })
}

test('CONTRACTS 27: an accepted message is answered, and the request is what Meta expects', async () => {
  const server = await serve((socket) => socket.write(response(200, accepted)))
  expect(await send(server.url)).toEqual({ kind: 'answered', status: 200, json: JSON.parse(accepted) })
  expect(server.received()).toStartWith('POST /v22.0/400000000000041/messages HTTP/1.1\r\n')
  expect(server.received().toLowerCase()).toContain('authorization: bearer eaab\r\n')
  expect(server.received()).toEndWith(JSON.stringify(call.body))
})

test('CONTRACTS 27: a refused connection is not sent', async () => {
  const server = await serve(() => {})
  await server.stop()
  opened = []
  expect((await send(server.url)).kind).toBe('not_sent')
})

test('CONTRACTS 27: a host without a name is not sent', async () => {
  expect((await send('http://graph.invalid')).kind).toBe('not_sent')
})

test('CONTRACTS 27: TLS that does not come about is not sent', async () => {
  // Answers the ClientHello with something that is no TLS.
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({ stop: () => server.close() })
  const { port } = server.address() as { port: number }
  const result = await send(`https://127.0.0.1:${port}`)
  expect(result.kind).toBe('not_sent')
})

const tlsFile = (name: string) => readFileSync(join(import.meta.dir, 'tls', name))

async function serveTls(): Promise<{ url: string; requests: number }> {
  const seen = { url: '', requests: 0 }
  const server = https.createServer({ key: tlsFile('key.pem'), cert: tlsFile('cert.pem') }, (_, answer) => {
    seen.requests++
    answer.setHeader('content-type', 'application/json').end(accepted)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({ stop: () => server.closeAllConnections() ?? server.close() })
  seen.url = `https://localhost:${(server.address() as { port: number }).port}`
  return seen
}

test('CONTRACTS 27: a certificate that nobody vouches for is not sent', async () => {
  const server = await serveTls()
  let asked = 0
  expect((await send(server.url, { onConnected: () => ++asked })).kind).toBe('not_sent')
  expect([asked, server.requests]).toEqual([0, 0])
})

test('CONTRACTS 22: over TLS the last question comes when TLS stands, also on a reused socket', async () => {
  const server = await serveTls()
  const agent = new https.Agent({ keepAlive: true, ca: tlsFile('cert.pem') })
  const client = clientOf(server.url, { agent })
  const asked: number[] = []
  for (const n of [1, 2]) {
    const result = await client.sendMessage({ ...call, onConnected: () => asked.push(server.requests) > 0 })
    expect(result.kind).toBe('answered')
    expect(asked).toHaveLength(n)
  }
  expect(asked).toEqual([0, 1])
  expect((await client.sendMessage({ ...call, onConnected: () => false })).kind).toBe('not_sent')
  expect(server.requests).toBe(2)
})

test('CONTRACTS 27: a token that no header can hold is not sent', async () => {
  const server = await serve((socket) => socket.write(response(200, accepted)))
  expect((await send(server.url, { token: 'a\r\nb' })).kind).toBe('not_sent')
  expect(server.received()).toBe('')
})

test('CONTRACTS 27: a reset before the first byte of the answer is in doubt', async () => {
  const server = await serve((socket) => socket.resetAndDestroy())
  expect((await send(server.url)).kind).toBe('in_doubt')
})

test('CONTRACTS 27: a connection closed without an answer is in doubt', async () => {
  const server = await serve((socket) => socket.end())
  expect((await send(server.url)).kind).toBe('in_doubt')
})

test('CONTRACTS 27: a reset inside the answer is in doubt', async () => {
  const server = await serve((socket) => {
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"messages":[{"id":',
      () => socket.resetAndDestroy(),
    )
  })
  expect((await send(server.url)).kind).toBe('in_doubt')
})

test('CONTRACTS 27: a whole JSON text inside a cut answer is still in doubt', async () => {
  const server = await serve((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n${accepted}`)
  })
  expect((await send(server.url)).kind).toBe('in_doubt')
})

test('CONTRACTS 27: no answer within the deadline is in doubt', async () => {
  const server = await serve(() => {})
  const result = await send(server.url, { deadlineMs: 200 })
  expect(result).toEqual({ kind: 'in_doubt', reason: 'no answer within 200 ms' })
})

test('CONTRACTS 27: an answer that never ends is in doubt at the deadline', async () => {
  const server = await serve((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n')
  })
  expect((await send(server.url, { deadlineMs: 200 })).kind).toBe('in_doubt')
})

test.each([
  ['a gateway page', 502, '<html><body>Bad gateway</body></html>', 'text/html'],
  ['a gateway page with 200', 200, '<html></html>', 'text/html'],
  ['an empty 200', 200, '', 'application/json'],
  ['an unreadable 200', 200, '{"messages":[{"id"', 'application/json'],
  ['a 200 that names no message', 200, '{"messages":[]}', 'application/json'],
  ['JSON of some gateway', 503, '{"message":"no healthy upstream"}', 'application/json'],
  ['an error without a code', 500, '{"error":{"message":"?"}}', 'application/json'],
])('CONTRACTS 27: %s is in doubt', async (_, status, body, type) => {
  const server = await serve((socket) => socket.write(response(status, body, type)))
  expect((await send(server.url)).kind).toBe('in_doubt')
})

test.each([400, 401, 429, 500, 503])(
  "CONTRACTS 27: Graph's JSON error with HTTP %d is answered",
  async (status) => {
    const error = {
      error: { message: '(#131056) Pair rate limit hit', type: 'OAuthException', code: 131056 },
    }
    const server = await serve((socket) => socket.write(response(status, JSON.stringify(error))))
    expect(await send(server.url)).toEqual({ kind: 'answered', status, json: error })
  },
)

test('CONTRACTS 22: the last question is asked when the socket is connected and nothing is written', async () => {
  const server = await serve((socket) => socket.write(response(200, accepted)))
  let seen: string | undefined
  const result = await send(server.url, {
    onConnected: () => {
      seen = server.received()
      return true
    },
  })
  expect(seen).toBe('')
  expect(result.kind).toBe('answered')
})

test.each([
  ['a no', () => false],
  [
    'an error',
    () => {
      throw new Error('lease lost')
    },
  ],
])(
  'CONTRACTS 22: %s to the last question makes the attempt not sent, and nothing arrives',
  async (_, onConnected) => {
    const server = await serve((socket) => socket.write(response(200, accepted)))
    const client = clientOf(server.url)
    expect((await client.sendMessage({ ...call, onConnected })).kind).toBe('not_sent')
    // A later request on the same client proves that the first did not slip out after all.
    expect((await client.sendMessage({ ...call, phoneNumberId: '7' })).kind).toBe('answered')
    expect(server.received()).toStartWith('POST /v22.0/7/messages')
  },
)

test('CONTRACTS 22: the last question is asked again on a socket that is reused', async () => {
  const server = await serve((socket) => socket.write(response(200, accepted)))
  const client = clientOf(server.url)
  const asked: number[] = []
  for (const n of [1, 2, 3]) {
    const result = await client.sendMessage({ ...call, onConnected: () => asked.push(n) > 0 })
    expect(result.kind).toBe('answered')
  }
  expect(asked).toEqual([1, 2, 3])
  expect(server.connections()).toBe(1)
})

test('CONTRACTS 22: sockets that rested are closed after 5 s unless a test says otherwise', () => {
  expect(restMsMax).toBe(5_000)
})

test('CONTRACTS 22: a socket that rested too long is closed', async () => {
  let closed = 0
  const server = await serve((socket) => {
    socket.on('close', () => closed++)
    socket.write(response(200, accepted))
  })
  await clientOf(server.url, { socketRestMsMax: 50 }).sendMessage(call)
  while (closed === 0) await Bun.sleep(5)
  expect(closed).toBe(1)
})

test('CONTRACTS 22: a socket found stale when it is handed over is replaced before anything is written', async () => {
  const server = await serve((socket) => socket.write(response(200, accepted)))
  const client = clientOf(server.url, { socketRestMsMax: 50 })
  await client.sendMessage(call)
  // The event loop stands still, so the timer that closes the socket has not run yet.
  const blockedUntil = performance.now() + 60
  while (performance.now() < blockedUntil);
  let asked = 0
  expect((await client.sendMessage({ ...call, onConnected: () => ++asked })).kind).toBe('answered')
  expect(server.connections()).toBe(2)
  expect(asked).toBe(1)
})

test('a request that waits for a free socket beyond its deadline is not sent', async () => {
  const server = await serve(() => {})
  const client = clientOf(server.url, { socketsMax: 1 })
  const first = client.sendMessage({ ...call, deadlineMs: 600 })
  const second = await client.sendMessage({ ...call, phoneNumberId: '2', deadlineMs: 200 })
  expect(second.kind).toBe('not_sent')
  expect((await first).kind).toBe('in_doubt')
  expect(server.received()).not.toContain('/2/messages')
})

test('a signal before the write makes it not sent, after the write in doubt', async () => {
  const server = await serve(() => {})
  const client = clientOf(server.url)
  const before = new AbortController()
  before.abort()
  expect((await client.sendMessage({ ...call, signal: before.signal })).kind).toBe('not_sent')
  const after = new AbortController()
  const pending = client.sendMessage({
    ...call,
    signal: after.signal,
    onConnected: () => setTimeout(() => after.abort(), 50),
  })
  expect(await pending).toEqual({ kind: 'in_doubt', reason: 'aborted' })
})

test('a thousand sends at once each hear what became of them', async () => {
  let n = 0
  const server = await serve((socket, nth) => {
    if (nth % 10 === 0) socket.resetAndDestroy()
    else socket.write(response(200, `{"messages":[{"id":"wamid.${n++}"}]}`))
  })
  const client = clientOf(server.url, { socketsMax: 64 })
  const results = await Promise.all(Array.from({ length: 1000 }, () => client.sendMessage(call)))
  const count = (kind: GraphResult['kind']) => results.filter((result) => result.kind === kind).length
  expect(count('answered') + count('in_doubt')).toBe(1000)
  expect(count('answered')).toBe(n)
  expect(new Set(results.flatMap((r) => (r.kind === 'answered' ? JSON.stringify(r.json) : []))).size).toBe(n)
})

test('M24: templates are listed over all pages, by cursor and not by the address that the answer names', async () => {
  const page = (name: string, next: boolean) =>
    JSON.stringify({
      data: [
        {
          id: 1,
          name,
          language: 'en_US',
          status: 'APPROVED',
          category: 'UTILITY',
          components: [{ type: 'BODY', text: 'x' }],
        },
      ],
      paging: {
        cursors: { before: 'a', after: 'b' },
        ...(next ? { next: 'http://169.254.169.254/secret' } : {}),
      },
    })
  const server = await serve((socket, nth) => socket.write(response(200, page(`t${nth}`, nth === 1))))
  const listing = await clientOf(server.url).listTemplates({
    wabaId: '3',
    token: 'T',
    version: 22,
    deadlineMs: 5_000,
  })
  expect(listing.ok && listing.templates.map(({ name }) => name)).toEqual(['t1', 't2'])
  expect(server.received()).toMatch(
    /GET \/v22\.0\/3\/message_templates\?limit=250&fields=id%2Cname[^ ]*quality_score[^ ]*&after=b HTTP\/1\.1/,
  )
})

test("M24: Graph's refusal to list templates is told with its code", async () => {
  const error = { error: { message: 'Invalid OAuth access token', type: 'OAuthException', code: 190 } }
  const server = await serve((socket) => socket.write(response(401, JSON.stringify(error))))
  const listing = await clientOf(server.url).listTemplates({
    wabaId: '3',
    token: 'T',
    version: 22,
    deadlineMs: 5_000,
  })
  expect(listing).toMatchObject({ ok: false, error: { code: 190 } })
})
