import { afterEach, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { createGraphClient, type GraphClient, MediaCut, type MediaDownload } from '../src/index.ts'
import { type RawServer, rawServer, response } from './raw-server.ts'

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

/** A server that reads whole requests, as Graph's own would. */
function serveForms(answer: (request: Request) => Promise<Response> | Response): string {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', maxRequestBodySize: 1 << 30, fetch: answer })
  opened.push({ stop: () => server.stop(true) })
  return `http://127.0.0.1:${server.port}`
}

function clientOf(baseUrl: string): GraphClient {
  const client = createGraphClient({ baseUrl })
  opened.push({ stop: () => client.close() })
  return client
}

const call = { token: 'EAAB', version: 'v22.0', deadlineMs: 10_000 }
const upload = { ...call, phoneNumberId: '41', mimeType: 'image/png', filename: 'a.png' }

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(size).fill(i)
}

async function readAll(download: MediaDownload): Promise<Buffer> {
  if (download.kind !== 'file') throw new Error(download.kind)
  const chunks: Uint8Array[] = []
  for await (const bytes of download.bytes) chunks.push(bytes)
  return Buffer.concat(chunks)
}

test.each([
  ['with its size', { size: 20 * 65_536 }, String],
  ['without', {}, () => null],
])('M17: a file is uploaded as a stream, %s', async (_, size) => {
  let seen: Record<string, unknown> = {}
  const url = serveForms(async (request) => {
    const form = await request.formData()
    const file = form.get('file') as File
    seen = {
      path: new URL(request.url).pathname,
      method: request.method,
      token: request.headers.get('authorization'),
      product: form.get('messaging_product'),
      type: form.get('type'),
      name: file.name,
      fileType: file.type,
      hash: createHash('sha256')
        .update(new Uint8Array(await file.arrayBuffer()))
        .digest('hex'),
    }
    return Response.json({ id: '1234567890123456789' })
  })
  const result = await clientOf(url).uploadMedia({ ...upload, ...size, bytes: pieces(20, 65_536) })
  expect(result).toEqual({ kind: 'ok', value: { id: '1234567890123456789' } })
  const hash = createHash('sha256')
  for await (const piece of pieces(20, 65_536)) hash.update(piece)
  expect(seen).toEqual({
    path: '/v22.0/41/media',
    method: 'POST',
    token: 'Bearer EAAB',
    product: 'whatsapp',
    type: 'image/png',
    name: 'a.png',
    fileType: 'image/png',
    hash: hash.digest('hex'),
  })
})

test('M17: a file name cannot break out of its header', async () => {
  let name = ''
  const url = serveForms(async (request) => {
    const form = await request.formData()
    name = (form.get('file') as File).name
    return Response.json({ id: '7' })
  })
  const filename = 'a"\r\nX-Evil: 1\r\n\r\nñ.png'
  const bytes = new Uint8Array([1, 2, 3])
  expect((await clientOf(url).uploadMedia({ ...upload, filename, bytes })).kind).toBe('ok')
  expect(decodeURIComponent(name)).toBe(filename)
})

test('M17: a source is read only as fast as the server takes it', async () => {
  let release = () => {}
  const server = await serve(() => {})
  // A server that reads the head and then nothing, until it is told to.
  const slow = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        socket.pause()
        release = () => socket.end()
      },
      data() {},
    },
  })
  opened.push({ stop: () => slow.stop(true) })
  await server.stop()
  let made = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; made < 2_000; made++) yield new Uint8Array(65_536)
  }
  const uploading = clientOf(`http://127.0.0.1:${slow.port}`).uploadMedia({ ...upload, bytes: endless() })
  let before = -1
  // Until it stands still: what the kernel holds, and no more.
  while (before !== made || made === 0) {
    before = made
    await Bun.sleep(100)
  }
  expect(made).toBeLessThan(1_000)
  release()
  expect((await uploading).kind).toBe('in_doubt')
})

test.each([
  ['shorter', 3, 'the file is shorter than announced'],
  ['longer', 1, 'the file is longer than announced'],
])('M17: a file that is %s than announced never arrives whole', async (_, count, reason) => {
  const server = await serve((socket) => socket.write(response(200, '{"id":"7"}')))
  const client = clientOf(server.url)
  const result = await client.uploadMedia({
    ...upload,
    size: 2 * count,
    bytes: pieces(2, count === 3 ? 2 : 4),
  })
  expect(result).toEqual({ kind: 'in_doubt', reason })
})

test('M17: a source that fails fails the upload, and the connection is not used again', async () => {
  const server = await serve((socket) => socket.write(response(200, '{"id":"7"}')))
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10)
    throw new Error('disk gone')
  }
  const client = clientOf(server.url)
  expect(await client.uploadMedia({ ...upload, size: 100, bytes: failing() })).toEqual({
    kind: 'in_doubt',
    reason: 'disk gone',
  })
  expect((await client.uploadMedia({ ...upload, bytes: new Uint8Array(3) })).kind).toBe('ok')
  expect(server.connections()).toBe(2)
})

test("M17: Graph's no to an upload is an error with its code, also before the file has gone", async () => {
  const error = { error: { message: '(#131053) Media upload error', type: 'OAuthException', code: 131053 } }
  const server = await serve(() => {})
  await server.stop()
  const url = serveForms(() => Response.json(error, { status: 400 }))
  const result = await clientOf(url).uploadMedia({ ...upload, bytes: pieces(2, 10) })
  expect(result).toMatchObject({
    kind: 'error',
    status: 400,
    error: { code: 131053, title: 'Media upload error' },
  })
})

test('M17: nothing listens: the upload is not sent, and its source is not read', async () => {
  const server = await serve(() => {})
  await server.stop()
  opened = []
  let read = false
  async function* source(): AsyncGenerator<Uint8Array> {
    read = true
    yield new Uint8Array(1)
  }
  expect((await clientOf(server.url).uploadMedia({ ...upload, bytes: source() })).kind).toBe('not_sent')
  expect(read).toBe(false)
})

test('M14: what is known of a file is read, its size also as text', async () => {
  const body = {
    messaging_product: 'whatsapp',
    url: 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7',
    mime_type: 'image/jpeg',
    sha256: 'ab',
    file_size: '303833',
    id: 7,
  }
  const server = await serve((socket) => socket.write(response(200, JSON.stringify(body))))
  const client = clientOf(server.url)
  expect(await client.getMedia({ ...call, mediaId: '7', phoneNumberId: '41' })).toEqual({
    kind: 'ok',
    value: { id: '7', url: body.url, mimeType: 'image/jpeg', sha256: 'ab', fileSize: 303_833 },
  })
  expect(server.received()).toStartWith('GET /v22.0/7?phone_number_id=41 HTTP/1.1')
})

test('M14: an id that is over is an error 100 with subcode 33', async () => {
  const error = { error: { message: 'Unsupported get request.', code: 100, error_subcode: 33 } }
  const server = await serve((socket) => socket.write(response(400, JSON.stringify(error))))
  expect(await clientOf(server.url).getMedia({ ...call, mediaId: '7' })).toMatchObject({
    kind: 'error',
    error: { code: 100, subcode: 33 },
  })
})

test('M14: an id with a slash stays one step of the path', async () => {
  const server = await serve((socket) => socket.write(response(200, '{"success":true}')))
  expect(await clientOf(server.url).deleteMedia({ ...call, mediaId: '../41/messages' })).toEqual({
    kind: 'ok',
    value: true,
  })
  expect(server.received()).toStartWith('DELETE /v22.0/..%2F41%2Fmessages HTTP/1.1')
})

const get = (client: GraphClient, url: string, more: object = {}) =>
  client.downloadMedia({ token: 'EAAB', url, deadlineMs: 5_000, ...more })

test('M14: a file is read as a stream with its type and size, and shows the token and a user agent', async () => {
  const file = Buffer.alloc(3_000_000, 'palomar')
  let headers: Headers | undefined
  const url = serveForms((request) => {
    headers = request.headers
    return new Response(file, { headers: { 'content-type': 'image/jpeg' } })
  })
  const client = clientOf(url)
  const download = await get(client, `${url}/media/?mid=7`)
  expect(download).toMatchObject({ kind: 'file', mimeType: 'image/jpeg', size: 3_000_000 })
  expect((await readAll(download)).equals(file)).toBe(true)
  expect(headers?.get('authorization')).toBe('Bearer EAAB')
  expect(headers?.get('user-agent')).toMatch(/./)
})

test.each([
  [404, { kind: 'expired' }],
  [410, { kind: 'expired' }],
  [401, { kind: 'refused', status: 401 }],
  [403, { kind: 'refused', status: 403 }],
  [500, { kind: 'failed', reason: 'HTTP 500' }],
  [204, { kind: 'failed', reason: 'HTTP 204' }],
])('M14: %d to the address of a file is told apart', async (status, download) => {
  const url = serveForms(() => new Response(status === 204 ? null : 'x', { status }))
  expect(await get(clientOf(url), `${url}/media`)).toEqual(download as MediaDownload)
})

test.each([
  ['http://lookaside.fbsbx.com/x', 'lookaside.fbsbx.com'],
  ['https://lookaside.fbsbx.com.evil.example/x', 'lookaside.fbsbx.com.evil.example'],
  ['https://evil.example/lookaside.fbsbx.com', 'evil.example'],
  ['https://lookaside.fbsbx.com:8443/x', 'lookaside.fbsbx.com:8443'],
  ['https://u:p@lookaside.fbsbx.com/x', 'lookaside.fbsbx.com'],
  ['file:///etc/passwd', ''],
  ['nothing', ''],
])('M14: our token is not shown to %s', async (url, host) => {
  expect(await get(clientOf('http://127.0.0.1:9'), url)).toEqual({ kind: 'untrusted', host })
})

test('M14: a redirect is followed on the same server, and not to a stranger', async () => {
  let to = '/file'
  const url: string = serveForms((request) =>
    new URL(request.url).pathname === '/file'
      ? new Response('bytes')
      : new Response(null, { status: 302, headers: { location: to } }),
  )
  const client = clientOf(url)
  expect((await readAll(await get(client, `${url}/media`))).toString()).toBe('bytes')
  to = 'https://evil.example/x'
  expect(await get(client, `${url}/media`)).toEqual({ kind: 'untrusted', host: 'evil.example' })
  to = '/again'
  expect((await get(client, `${url}/media`)).kind).toBe('failed')
})

test('M14: a file that breaks off is an error, never a shorter file', async () => {
  const server = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))
  const download = await get(clientOf(server.url), `${server.url}/media`)
  await expect(readAll(download)).rejects.toBeInstanceOf(MediaCut)
})

test('M14: a file that stops coming is given up', async () => {
  const server = await serve((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))
  const download = await get(clientOf(server.url), `${server.url}/media`, { idleMs: 50 })
  await expect(readAll(download)).rejects.toThrow('nothing came for 50 ms')
})

test('M14: a file beyond the limit is not read, announced or not', async () => {
  const chunks = `65\r\n${'x'.repeat(101)}\r\n0\r\n\r\n`
  const server = await serve((socket, nth) =>
    socket.write(
      nth === 1
        ? response(200, 'x'.repeat(101))
        : `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    ),
  )
  const client = clientOf(server.url)
  expect(await get(client, server.url, { bytesMax: 100 })).toEqual({ kind: 'too_large', size: 101 })
  const download = await get(client, server.url, { bytesMax: 100 })
  expect(download).not.toHaveProperty('size')
  await expect(readAll(download)).rejects.toThrow('more than 100 bytes')
})

test('M14: an abort ends a download, before its head and inside', async () => {
  const server = await serve((socket, nth) => {
    if (nth > 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
  })
  const client = clientOf(server.url)
  const first = new AbortController()
  const waiting = get(client, `${server.url}/media`, { signal: first.signal })
  while (server.received() === '') await Bun.sleep(2)
  first.abort()
  expect(await waiting).toEqual({ kind: 'failed', reason: 'aborted' })
  const second = new AbortController()
  const download = await get(client, `${server.url}/media`, { signal: second.signal })
  const reading = readAll(download)
  second.abort()
  await expect(reading).rejects.toThrow('aborted')
})

test('M14: a file that nobody reads holds nothing up', async () => {
  const server = await serve((socket) => socket.write(response(200, 'x'.repeat(1_000))))
  const client = clientOf(server.url)
  const download = await get(client, `${server.url}/media`)
  if (download.kind !== 'file') throw new Error(download.kind)
  download.cancel()
  expect((await readAll(await get(client, `${server.url}/media`))).length).toBe(1_000)
})
