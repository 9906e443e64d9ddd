/** Files over the whole product: a customer's, and the company's. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@palomar/testkit'
import { type Company, Product } from '../product.ts'
import { type GraphProxy, startGraphProxy } from './graph-proxy.ts'

setDefaultTimeout(120_000)

const phoneNumberId = '100000000000001'
const customer = '573001234567'

let proxy: GraphProxy
let product: Product
let token: string
let stranger: Company

beforeAll(async () => {
  proxy = startGraphProxy(() => product.demo.urls.simulator ?? '')
  product = await Product.start({}, { env: { media: { GRAPH_BASE_URL: proxy.url } } })
  token = product.demo.apiKey ?? ''
  stranger = await product.addCompany(await product.platformToken(), 'Otra')
}, 180_000)
afterAll(async () => {
  await product?.stop()
  await proxy?.stop()
})

const waiting = { timeoutMs: 60_000, everyMs: 100 }

interface Picture {
  wamid: string
  message: { id: string; content: { id: string }; media: { id: string; state: string } }
}

/** A customer sends a picture; resolves when the inbox shows its message. */
async function picture(): Promise<Picture> {
  const { wamid } = await product.control('picture', { phone_number_id: phoneNumberId, wa_id: customer })
  const message = await eventually(async () => {
    const { data } = await product.must('GET', '/v1/messages?direction=inbound&limit=20', { token })
    const found = data.find((one: { wamid: string }) => one.wamid === wamid)
    expect(found?.media?.id).toStartWith('med_')
    return found
  }, waiting)
  return { wamid, message }
}

const untilState = (id: string, state: string) =>
  eventually(async () => {
    const media = await product.must('GET', `/v1/media/${id}`, { token })
    expect(media.state).toBe(state)
    return media
  }, waiting)

async function content(id: string, headers: Record<string, string> = {}, by = token): Promise<Response> {
  return fetch(`${product.demo.urls.gateway}/v1/media/${id}/content`, {
    headers: { authorization: `Bearer ${by}`, ...headers },
  })
}

async function simulatorBytes(metaId: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await fetch(`${product.demo.urls.simulator}/control/media?id=${metaId}`)).bytes()
}

/** All that lies in the store, drafts included. */
function stored(): string[] {
  const folder = join(product.demo.settings.options.folder, 'media')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
}

function upload(bytes: Uint8Array, type: string, query = '', by = token): Promise<Response> {
  return fetch(`${product.demo.urls.gateway}/v1/media${query}`, {
    method: 'POST',
    body: Uint8Array.from(bytes),
    headers: { authorization: `Bearer ${by}`, 'content-type': type },
  })
}

test("W11: a customer's image is fetched at once and its bytes come back as they were sent", async () => {
  const { message } = await picture()
  const media = await untilState(message.media.id, 'stored')
  const original = await simulatorBytes(message.content.id)
  expect(media).toMatchObject({
    kind: 'image',
    direction: 'inbound',
    mime_type: 'image/png',
    size_bytes: original.length,
  })
  expect(media.message_id).toBe(message.id)
  const answer = await content(media.id)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('image/png')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('cache-control')).toStartWith('private')
  expect(await answer.bytes()).toEqual(original)
  // The message tells of its file without having waited for it.
  await eventually(async () => {
    const shown = await product.must('GET', `/v1/messages/${message.id}`, { token })
    expect(shown.media).toMatchObject({ id: media.id, state: 'stored', mime_type: 'image/png' })
    expect(shown.state).toBe('received')
  }, waiting)

  const part = await content(media.id, { range: 'bytes=10-29' })
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe(`bytes 10-29/${original.length}`)
  expect(await part.bytes()).toEqual(original.slice(10, 30))
  const known = await content(media.id, { 'if-none-match': answer.headers.get('etag') ?? '' })
  expect(known.status).toBe(304)
})

test("T4: another company's file is as one that is not there", async () => {
  const { message } = await picture()
  const { id } = message.media
  await untilState(id, 'stored')
  for (const [method, path] of [
    ['GET', `/v1/media/${id}`],
    ['GET', `/v1/media/${id}/content`],
    ['POST', `/v1/media/${id}/retry`],
    ['DELETE', `/v1/media/${id}`],
  ] as const) {
    const foreign = await product.call(method, path, {
      token: stranger.token,
      headers: { 'x-request-id': 'req_same' },
    })
    const missing = await product.call(method, path.replace(id, 'med_01h455vb4pex5vsknk084sn02q'), {
      token: stranger.token,
      headers: { 'x-request-id': 'req_same' },
    })
    expect(`${method} ${foreign.status}`).toBe(`${method} 404`)
    expect(foreign.text).toBe(missing.text)
  }
})

test('W11: an address that is over is renewed, and the file comes', async () => {
  const before = proxy.asked.length
  proxy.expireNext(2)
  const { message } = await picture()
  await untilState(message.media.id, 'stored')
  const asked = proxy.asked.slice(before).filter((id) => id === message.content.id)
  expect(asked).toHaveLength(3)
})

test('W11: media killed inside a download stores the file once, and loses nothing', async () => {
  const before = stored().length
  proxy.hold()
  const downloads = proxy.downloads
  const { message } = await picture()
  await eventually(() => expect(proxy.downloads).toBe(downloads + 1), waiting)
  await product.demo.processes.media?.kill()
  proxy.letGo()
  await product.demo.processes.media?.start()
  const media = await untilState(message.media.id, 'stored')
  expect(await (await content(media.id)).bytes()).toEqual(await simulatorBytes(message.content.id))
  const name = stored().filter((file) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(file))
  expect(name.length).toBeGreaterThan(0)
  // One file more under a key; of the killed try at most a draft, which no key leads to.
  const drafts = readdirSync(join(product.demo.settings.options.folder, 'media/.drafts')).length
  expect(stored().length - drafts).toBe(before + 1)
})

test("M17: an agent's image is uploaded by API, uploaded to Meta before the send, and received as it was", async () => {
  const bytes = await simulatorBytes((await picture()).message.content.id)
  const answer = await upload(bytes, 'image/png', '?filename=casa.png')
  expect(answer.status).toBe(201)
  const media = (await answer.json()) as { id: string; state: string; filename: string; size_bytes: number }
  expect(media).toMatchObject({
    state: 'stored',
    kind: 'image',
    filename: 'casa.png',
    size_bytes: bytes.length,
  })
  const body = {
    from: phoneNumberId,
    to: customer,
    type: 'image',
    image: { id: media.id, caption: 'Su casa' },
  }
  const uploads = proxy.uploads
  const sent = await Promise.all([1, 2, 3].map(() => product.must('POST', '/v1/messages', { token, body })))
  for (const { id } of sent) {
    await eventually(async () => {
      const message = await product.must('GET', `/v1/messages/${id}`, { token })
      expect(['sent', 'delivered', 'read']).toContain(message.state)
      expect(message.attempts).toHaveLength(1)
    }, waiting)
  }
  // Three messages, one upload: Meta's id is one per file and number.
  expect(proxy.uploads).toBe(uploads + 1)
  // It is sent before the phone has it.
  const received = await eventually(async () => {
    const query = `phone_number_id=${phoneNumberId}&wa_id=${customer}`
    const chat = await (await fetch(`${product.demo.urls.simulator}/control/chat?${query}`)).json()
    const { messages } = chat as { messages: { content: { id?: string; caption?: string } }[] }
    const own = messages.filter((one) => one.content.caption === 'Su casa')
    expect(own).toHaveLength(3)
    return own
  }, waiting)
  for (const { content: image } of received) {
    expect(image.id).toMatch(/^\d+$/)
    expect(await simulatorBytes(image.id ?? '')).toEqual(bytes)
  }
})

test('R2: media killed between Meta’s id of a file and its own record of it: the message is sent, once', async () => {
  const bytes = await simulatorBytes((await picture()).message.content.id)
  const { id: mediaId } = (await (await upload(bytes, 'image/png')).json()) as { id: string }
  const uploads = proxy.uploads
  const hasIt = proxy.swallowUpload()
  const caption = 'Muerte entre dos líneas'
  const { id } = await product.must('POST', '/v1/messages', {
    token,
    body: { from: phoneNumberId, to: customer, type: 'image', image: { id: mediaId, caption } },
  })
  await hasIt
  await product.demo.processes.media?.kill()
  await product.demo.processes.media?.start()
  const waited = await product.must('GET', `/v1/messages/${id}`, { token })
  expect([waited.state, waited.attempts]).toEqual(['queued', []])
  await eventually(async () => {
    // The dead one's lease and the row's rest end by themselves; nothing is gained by waiting for them.
    await product.asSuperuser(async (sql) => {
      await sql`update media.meta_uploads set leased_until = now() where meta_media_id = ''`
      await sql`update dispatcher.messages set due_at = now() where state = 'queued' and type = 'image'`
    })
    const message = await product.must('GET', `/v1/messages/${id}`, { token })
    expect(['sent', 'delivered', 'read']).toContain(message.state)
    expect(message.attempts).toHaveLength(1)
  }, waiting)
  expect(proxy.uploads).toBe(uploads + 2)
  const query = `phone_number_id=${phoneNumberId}&wa_id=${customer}`
  await eventually(async () => {
    const chat = await (await fetch(`${product.demo.urls.simulator}/control/chat?${query}`)).json()
    const { messages } = chat as { messages: { content: { caption?: string } }[] }
    expect(messages.filter((one) => one.content.caption === caption)).toHaveLength(1)
  }, waiting)
})

test('M17: a form with one file is as good as the bare bytes', async () => {
  const bytes = await simulatorBytes((await picture()).message.content.id)
  const form = new FormData()
  form.set('note', 'de la galería')
  form.set('file', new File([Uint8Array.from(bytes)], 'niño.png', { type: 'image/png' }))
  const answer = await fetch(`${product.demo.urls.gateway}/v1/media`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(201)
  const media = (await answer.json()) as { id: string }
  expect(media).toMatchObject({ state: 'stored', kind: 'image', size_bytes: bytes.length })
  expect(await (await content(media.id)).bytes()).toEqual(bytes)
})

test('a file that Meta would not take is refused with the reason, before it is sent', async () => {
  const png = await simulatorBytes((await picture()).message.content.id)
  const problem = async (answer: Response) => ({ status: answer.status, body: await answer.json() })
  expect(await problem(await upload(png, 'image/gif'))).toMatchObject({
    status: 422,
    body: { code: 'validation_failed', errors: [{ path: 'content_type', code: 'unsupported_type' }] },
  })
  expect(await problem(await upload(png, 'image/jpeg'))).toMatchObject({
    status: 422,
    body: { code: 'validation_failed', errors: [{ path: 'file', code: 'not_its_type' }] },
  })
  expect(await problem(await upload(new Uint8Array(6 * 1024 * 1024), 'image/png'))).toMatchObject({
    status: 413,
    body: { code: 'payload_too_large', errors: [{ path: 'file', code: 'too_large' }] },
  })
  expect(await problem(await upload(new Uint8Array(), 'image/png'))).toMatchObject({ status: 422 })
})

test('a message with a file of another company, or none, is refused where it names it', async () => {
  const png = await simulatorBytes((await picture()).message.content.id)
  const foreign = (await (await upload(png, 'image/png', '', stranger.token)).json()) as { id: string }
  for (const id of [foreign.id, 'med_01h455vb4pex5vsknk084sn02q']) {
    const answer = await product.call('POST', '/v1/messages', {
      token,
      body: { from: phoneNumberId, to: customer, type: 'image', image: { id } },
    })
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'image.id', code: 'validation_failed' }],
    })
  }
})

test('a deleted file is gone for readers at once, and from the store soon', async () => {
  const { message } = await picture()
  const { id } = message.media
  await untilState(id, 'stored')
  const before = stored().length
  expect((await product.call('DELETE', `/v1/media/${id}`, { token })).status).toBe(204)
  expect((await content(id)).status).toBe(409)
  await eventually(() => expect(stored().length).toBe(before - 1), waiting)
  expect((await product.must('GET', `/v1/media/${id}`, { token })).state).toBe('deleted')
})
