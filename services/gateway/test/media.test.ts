/** Files through the gateway: streamed both ways, refused precisely. */
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { appError, toProblem } from '@palomar/errors'
import { type Gateway, startWorld, type World } from './fixture.ts'

setDefaultTimeout(60_000)

let world: World
let gateway: Gateway
let token: string
let tenantId: string
beforeAll(async () => {
  world = await startWorld()
  gateway = await world.gateway()
  const person = world.stubs.person()
  token = person.token
  tenantId = person.identity.tenantId
})
afterEach(() => {
  world.stubs.store.answer = undefined
  world.stubs.store.put.length = 0
})
afterAll(() => world.stop())

const post = (body: BodyInit | null, headers: Record<string, string> = {}, query = '') =>
  fetch(`${gateway.url}/v1/media${query}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
const problemOf = async (answer: Response) => ({
  status: answer.status,
  body: (await answer.json()) as unknown,
})
const lastAsked = () => world.stubs.seen.findLast(({ method }) => method === 'createUpload')?.request

test('M17: the bytes of a body reach the store as they are, with what was said of them', async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000))
  const answer = await post(bytes, { 'content-type': 'image/png' }, '?filename=casa.png')
  expect(answer.status).toBe(201)
  expect(answer.headers.get('location')).toStartWith('/v1/media/med_')
  expect(lastAsked()).toMatchObject({ mimeType: 'image/png', filename: 'casa.png', sizeBytes: 60_000n })
  expect(world.stubs.store.put).toEqual([bytes])
})

test('M17: the file of a form reaches the store as it is, fields beside it or not', async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(300_000))
  const form = new FormData()
  form.set('note', 'hola')
  form.set('file', new File([bytes], 'vídeo.mp4', { type: 'video/mp4' }))
  form.set('after', 'x')
  const answer = await post(form)
  expect(answer.status).toBe(201)
  expect(lastAsked()).toMatchObject({ mimeType: 'video/mp4', filename: 'vídeo.mp4' })
  expect(world.stubs.store.put).toEqual([bytes])
})

test('a form without a file, with two, or cut off is refused and nothing is stored', async () => {
  const none = new FormData()
  none.set('note', 'hola')
  expect(await problemOf(await post(none))).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'file', code: 'required' }] },
  })
  const two = new FormData()
  for (const name of ['one', 'two'])
    two.set(name, new File(['x'.repeat(1000)], `${name}.txt`, { type: 'text/plain' }))
  expect(await problemOf(await post(two))).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'file', code: 'several' }] },
  })
  const cut =
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhola'
  expect((await post(cut, { 'content-type': 'multipart/form-data; boundary=b' })).status).toBe(400)
  expect((await post('x', { 'content-type': 'multipart/form-data' })).status).toBe(400)
  expect(world.stubs.store.put).toEqual([])
})

test('a file without a type is 422, one over 100 MB is 413 before a byte of it is read', async () => {
  expect(await problemOf(await post(new Uint8Array([1]), { 'content-type': '' }))).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'content_type', code: 'required' }] },
  })
  const large = new Uint8Array(100 * 1024 * 1024 + 1)
  expect(await problemOf(await post(large, { 'content-type': 'video/mp4' }))).toMatchObject({
    status: 413,
    body: { code: 'payload_too_large', errors: [{ path: 'file', code: 'too_large' }] },
  })
})

test('what media says of the bytes is what the caller reads; a store that is away is 503', async () => {
  const fields = [{ path: 'file', code: 'not_its_type', detail: 'These are not the bytes of image/png.' }]
  world.stubs.store.answer = async (request) => {
    await request.bytes()
    const { status, body } = toProblem(appError('validation_failed', { fields }), 'inside')
    return Response.json(body, { status })
  }
  expect(await problemOf(await post('x', { 'content-type': 'image/png' }))).toMatchObject({
    status: 422,
    body: { code: 'validation_failed', errors: fields },
  })
  world.stubs.store.answer = () => new Response('<html>', { status: 502 })
  expect((await post('x', { 'content-type': 'image/png' })).status).toBe(503)
})

test('content is the bytes, or the range asked for; the browser may keep it for itself', async () => {
  const id = newId('media')
  world.stubs.own(tenantId, id)
  const get = (headers: Record<string, string> = {}) =>
    gateway.call('GET', `/v1/media/${id}/content`, { token, headers })
  const whole = await get()
  expect(whole.status).toBe(200)
  expect(whole.headers.get('cache-control')).toBe('private, max-age=3600')
  expect(whole.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff')
  expect(whole.headers.get('ratelimit-limit')).toBeTruthy()
  expect(await whole.text()).toBe('0123456789')
  const etag = whole.headers.get('etag') ?? ''
  const part = await get({ range: 'bytes=2-4' })
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe('bytes 2-4/10')
  expect(await part.text()).toBe('234')
  expect((await get({ 'if-none-match': etag })).status).toBe(304)
  // A range of something that has changed is no range.
  expect((await get({ range: 'bytes=2-4', 'if-range': '"other"' })).status).toBe(200)
  world.stubs.store.answer = () => new Response('<Error/>', { status: 404 })
  expect((await get()).status).toBe(503)
})
