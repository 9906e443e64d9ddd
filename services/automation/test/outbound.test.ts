import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { systemClock } from '@palomar/runtime'
import { createPoster, type OutboundOptions } from '../src/outbound/request.ts'
import { urlProblem } from '../src/outbound/url.ts'
import { type EndpointServer, startEndpointServer } from './endpoint-server.ts'

let server: EndpointServer
beforeAll(async () => {
  server = await startEndpointServer()
})
afterAll(() => server.stop())

const poster = (options: Partial<OutboundOptions> = {}) =>
  createPoster({ allowPrivate: true, clock: systemClock, ...options })
const post = (url: string, options?: Partial<OutboundOptions>, deadlineMs = 5_000) =>
  poster(options)({ url, headers: { 'content-type': 'application/json' }, body: '{}', deadlineMs })

/** Plain http as in development, and the addresses of production but for 127.0.0.2, which stands for the internet. */
const production = { allowPrivate: true, isAllowed: (address: string) => address === '127.0.0.2' }

describe('DESIGN 7: addresses that a tenant typed', () => {
  test('a name that means something else the second time leads nowhere: each request resolves once, judges, and connects there', async () => {
    const { port } = new URL(server.url)
    // The same port on two addresses: what is public, and what must never be reached.
    const open = await startEndpointServer('127.0.0.2', Number(port))
    const answers = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2']]
    let asked = 0
    const send = poster({ ...production, resolve: async () => answers[asked++] ?? [] })
    const request = { url: `http://rebind.test:${port}/`, headers: {}, body: '{}', deadlineMs: 5_000 }
    const before = server.requests.length
    expect(await send(request)).toMatchObject({ status: 204 })
    expect(asked).toBe(1)
    expect(await send(request)).toMatchObject({ failure: 'address_refused' })
    expect(await send(request)).toMatchObject({ status: 204 })
    expect(asked).toBe(3)
    expect(open.requests.map(({ headers }) => headers.host)).toEqual([
      `rebind.test:${port}`,
      `rebind.test:${port}`,
    ])
    expect(server.requests).toHaveLength(before)
    await open.stop()
  })

  test('a name with one private address among public ones is refused whole', async () => {
    const resolve = async () => ['127.0.0.2', '10.0.0.1']
    expect(await post('http://mixed.test/', { ...production, resolve })).toMatchObject({
      failure: 'address_refused',
    })
  })

  test('without development’s leave plain http and written-out private addresses are not even tried', async () => {
    const strict = { allowPrivate: false }
    for (const url of [
      server.url,
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://0x7f.1/',
      'https://2130706433/',
    ])
      expect(await post(url, strict)).toMatchObject({ failure: 'url_refused' })
    expect(await post('https://localhost/', strict)).toMatchObject({ failure: 'address_refused' })
    expect(
      await post('https://metadata.test/', { ...strict, resolve: async () => ['169.254.169.254'] }),
    ).toMatchObject({ failure: 'address_refused' })
  })

  test('a URL is judged when it is typed', () => {
    const problem = (url: string) => urlProblem(url, { allowPrivate: false })?.code
    expect(problem('https://hooks.example.com/a?b=1')).toBeUndefined()
    expect(problem('https://8.8.8.8:8443/')).toBeUndefined()
    expect(problem('x')).toBe('not_a_url')
    for (const url of ['http://hooks.example.com/', 'ftp://hooks.example.com/'])
      expect(problem(url)).toBe('not_https')
    expect(problem('https://user:pass@hooks.example.com/')).toBe('has_credentials')
    expect(problem('https://hooks.example.com/#x')).toBe('has_fragment')
    expect(problem(`https://hooks.example.com/${'a'.repeat(2_100)}`)).toBe('too_long')
    for (const host of ['10.1.2.3', '[::ffff:10.1.2.3]', '[fd00::1]', '0177.0.0.1', '0x7f.1', '2130706433'])
      expect(`${host} ${problem(`https://${host}/`)}`).toBe(`${host} not_public`)
    expect(urlProblem('http://127.0.0.1:1/', { allowPrivate: true })).toBeUndefined()
  })

  test('redirects are not followed', async () => {
    server.reply = () => (response) => response.writeHead(307, { location: `${server.url}/elsewhere` }).end()
    const before = server.requests.length
    expect(await post(`${server.url}/moved`)).toMatchObject({ status: 307 })
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual(['/moved'])
    server.reply = () => 204
  })
})

describe('a slow, endless or broken endpoint', () => {
  test('that does not answer is given up at the deadline', async () => {
    server.reply = () => () => {}
    expect(await post(server.url, {}, 200)).toMatchObject({ failure: 'timed_out' })
    server.reply = () => 204
  })

  test('whose name is never resolved is given up at the deadline', async () => {
    const resolve = () => new Promise<string[]>(() => {})
    expect(await post('http://slow.test/', { resolve }, 200)).toMatchObject({ failure: 'timed_out' })
  })

  test('whose answer never ends has answered', async () => {
    let written = 0
    server.reply = () => (response) => {
      response.writeHead(200)
      const more = () => {
        if (response.destroyed) return
        written += 16_384
        response.write('x'.repeat(16_384))
        setTimeout(more, 1)
      }
      more()
    }
    expect(await post(server.url)).toMatchObject({ status: 200 })
    expect(written).toBeLessThan(5_000_000)
    server.reply = () => (response) => {
      response.writeHead(200)
      response.write('and then nothing')
    }
    expect(await post(server.url, {}, 300)).toMatchObject({ status: 200 })
    server.reply = () => 204
  })

  test('that hangs up, speaks something else, or is not there is a failed connection', async () => {
    server.reply = () => (response) => response.destroy()
    expect(await post(server.url)).toMatchObject({ failure: 'connection_failed' })
    server.reply = () => 204
    const babbler = net.createServer((socket) => {
      socket.write('SSH-2.0-nope\r\n')
      socket.destroySoon()
    })
    await new Promise<void>((resolve) => babbler.listen(0, '127.0.0.1', resolve))
    const { port } = babbler.address() as AddressInfo
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ failure: 'connection_failed' })
    babbler.close()
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ failure: 'connection_failed' })
    // Nobody on its IPv4 address: the IPv6 one is tried.
    const six = await startEndpointServer('::1')
    const sixPort = six.url.split(':').at(-1)
    const both = async () => ['::1', '127.0.0.1']
    expect(await post(`http://both.test:${sixPort}/`, { resolve: both })).toMatchObject({ status: 204 })
    await six.stop()
    expect(await post(`http://both.test:${sixPort}/`, { resolve: both })).toMatchObject({
      failure: 'connection_failed',
    })
    const resolve = async () => {
      throw new Error('ENOTFOUND')
    }
    expect(await post('http://nobody.test/', { resolve })).toMatchObject({ failure: 'name_unresolved' })
  })
})

test('over TLS the name is kept: in SNI, in Host, and in what the certificate must say', async () => {
  const file = (name: string) => readFileSync(join(import.meta.dir, 'tls', name), 'utf8')
  const seen: { host: string; sni: string }[] = []
  const secure = https.createServer({ key: file('key.pem'), cert: file('cert.pem') }, (request, response) => {
    const sni = String((request.socket as { servername?: unknown }).servername)
    seen.push({ host: request.headers.host ?? '', sni })
    response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo
  const resolve = async () => ['127.0.0.1']
  const trusting = { resolve, ca: file('cert.pem') }
  expect(await post(`https://hooks.example.test:${port}/`, trusting)).toMatchObject({ status: 200 })
  expect(seen).toEqual([{ host: `hooks.example.test:${port}`, sni: 'hooks.example.test' }])
  expect(await post(`https://other.example.test:${port}/`, trusting)).toMatchObject({ failure: 'tls_failed' })
  expect(await post(`https://hooks.example.test:${port}/`, { resolve })).toMatchObject({
    failure: 'tls_failed',
  })
  expect(seen).toHaveLength(1)
  secure.closeAllConnections()
  secure.close()
})
