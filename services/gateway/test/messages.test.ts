import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { recipientKey } from '@palomar/cloud-api'
import { dispatcherV1, inboxV1, newId, parseId } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { type Gateway, startWorld, type World } from './fixture.ts'
import { acceptedOf } from './stubs.ts'

let world: World
let gateway: Gateway
let token: string
let tenantId: string
const number = newId('number')

beforeAll(async () => {
  world = await startWorld()
  gateway = await world.gateway()
  const person = world.stubs.person()
  token = person.token
  tenantId = person.identity.tenantId
  world.stubs.own(tenantId, number)
})
afterEach(() => {
  for (const method of ['acceptMessages', 'getMessage', 'cancelMessage', 'resolveRoute'])
    delete world.stubs.special[method]
})
afterAll(() => world.stop())

const text = { number_id: number, to: '+57 300 123-4567', type: 'text', text: { body: 'hola' } }
const send = (body: unknown, headers: Record<string, string> = {}) =>
  gateway.call('POST', '/v1/messages', { token, body, headers })
// Stubs note requests of every kind; those of this method are of this type.
const lastAccept = () =>
  world.stubs.seen.findLast(({ method }) => method === 'acceptMessages')
    ?.request as unknown as dispatcherV1.AcceptMessagesRequest

function refuse(refused: Partial<dispatcherV1.Refusal>): void {
  world.stubs.special.acceptMessages = async (request: dispatcherV1.AcceptMessagesRequest) => ({
    results: request.items.map(() => ({
      result: { $case: 'refused', value: dispatcherV1.Refusal.fromPartial(refused) },
    })),
  })
}

test('CONTRACTS 17: a send is answered 202 with the whole message, under the id that the gateway minted', async () => {
  const answer = await send(text)
  expect(answer.status).toBe(202)
  const message = (await answer.json()) as Record<string, unknown>
  expect(parseId('message', String(message.id))).toBeDefined()
  expect(lastAccept().items[0]?.messageId).toBe(message.id as string)
  expect(message).toMatchObject({
    direction: 'outbound',
    state: 'queued',
    type: 'text',
    content: { body: 'hola' },
    number_id: number,
    to: '+57 300 123-4567',
    conversation_id: null,
    error: null,
    version: 1,
  })
})

test.each(['+573001234567', '573001234567', '+57 300 123 4567', '57-300-123-4567'])(
  'M33: %s is taken as a recipient, and means the same person',
  async (to) => {
    expect((await send({ ...text, to })).status).toBe(202)
    const recipient = lastAccept().items[0]?.recipient
    expect(recipientKey({ phone: recipient?.to }) as string).toBe('p:573001234567')
  },
)

test('C4: what the dispatcher keeps is the Cloud API body without recipient and echo', async () => {
  await send({
    ...text,
    text: { body: 'hola', preview_url: true },
    context: { message_id: 'wamid.X' },
    biz_opaque_callback_data: 'mine|1',
    scheduled_at: '2026-12-24T18:00:00-05:00',
  })
  const [item] = lastAccept().items
  expect(JSON.parse(item?.contentJson ?? '')).toEqual({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    type: 'text',
    text: { body: 'hola', preview_url: true },
    context: { message_id: 'wamid.X' },
  })
  expect(item).toMatchObject({
    recipient: { to: '+57 300 123-4567', userId: '' },
    contextWamid: 'wamid.X',
    callbackData: 'mine|1',
    scheduledAt: new Date('2026-12-24T23:00:00Z'),
  })
})

test('M18: a recipient without a phone number is named by user id', async () => {
  const { to: _, ...rest } = text
  expect((await send({ ...rest, recipient: 'CO.1a2B3c' })).status).toBe(202)
  expect(lastAccept().items[0]?.recipient).toMatchObject({ to: '', userId: 'CO.1a2B3c' })
})

test('C4: from may be our id or the phone_number_id that Meta knows the number by', async () => {
  const { number_id: _, ...rest } = text
  expect((await send({ ...rest, from: number })).status).toBe(202)
  expect(lastAccept().items[0]?.numberId).toBe(number)
  let asked = 0
  world.stubs.special.resolveRoute = async () => {
    asked++
    return { tenantId, numberId: number }
  }
  for (let i = 0; i < 3; i++) expect((await send({ ...rest, from: '4001' })).status).toBe(202)
  expect(asked).toBe(1)
})

test("T4: another company's phone_number_id is answered like one that nobody has", async () => {
  const { number_id: _, ...rest } = text
  world.stubs.special.resolveRoute = async () => ({ tenantId: newId('tenant'), numberId: newId('number') })
  const foreign = await send({ ...rest, from: '4002' }, { 'x-request-id': 'same' })
  delete world.stubs.special.resolveRoute
  const missing = await send({ ...rest, from: '4003' }, { 'x-request-id': 'same' })
  expect(foreign.status).toBe(422)
  expect(await foreign.json()).toMatchObject({ code: 'number_unknown' })
  expect((await send({ ...rest, from: '4002' }, { 'x-request-id': 'same' })).status).toBe(422)
  expect(await missing.json()).toMatchObject({ code: 'number_unknown', errors: [{ path: 'from' }] })
})

test('C4: when it cannot be known whose a phone_number_id is, the send is 503 and nothing was queued', async () => {
  const { number_id: _, ...rest } = text
  world.stubs.special.resolveRoute = async () => {
    throw appError('unavailable')
  }
  const before = world.stubs.seen.filter(({ method }) => method === 'acceptMessages').length
  expect((await send({ ...rest, from: '4004' })).status).toBe(503)
  expect((await send({ messages: [text, { ...rest, from: '4004' }] })).status).toBe(503)
  expect(world.stubs.seen.filter(({ method }) => method === 'acceptMessages')).toHaveLength(before)
})

const refusals: [name: string, body: unknown, path: string][] = [
  ['no number', { to: '573001234567', type: 'text', text: { body: 'x' } }, 'number_id'],
  ['both ways to name the number', { ...text, from: number }, 'number_id'],
  ['a number id that is none', { ...text, number_id: 'num_1' }, 'number_id'],
  ['no recipient', { number_id: number, type: 'text', text: { body: 'x' } }, 'to'],
  ['a recipient of letters', { ...text, to: 'ana' }, 'to'],
  ['a type that is none', { ...text, type: 'telegram' }, 'type'],
  ['a text of 4097 characters', { ...text, text: { body: 'x'.repeat(4097) } }, 'text.body'],
  ['a text without a body', { ...text, text: {} }, 'text.body'],
  ['an unknown field', { ...text, color: 'red' }, 'color'],
  ['a schedule that is no time', { ...text, scheduled_at: 'later' }, 'scheduled_at'],
  [
    'a template without a language',
    { ...text, type: 'template', template: { name: 'hello_world' } },
    'template.language',
  ],
]
test.each(refusals)('H4: %s is 422 and named', async (_name, body, path) => {
  const answer = await send(body)
  expect(answer.status).toBe(422)
  const problem = (await answer.json()) as { code: string; errors: { path: string }[] }
  expect(problem.code).toBe('validation_failed')
  expect(problem.errors.map((error) => error.path)).toContain(path)
})

test('M15: a refusal says why, until when, and what could be sent instead', async () => {
  refuse({
    code: 'window_closed',
    detail: 'The window closed yesterday.',
    field: 'to',
    until: new Date('2026-11-20T10:00:00Z'),
    alternatives: ['template'],
  })
  const answer = await send(text)
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({
    code: 'window_closed',
    detail: 'The window closed yesterday.',
    until: '2026-11-20T10:00:00.000Z',
    alternatives: ['template'],
    errors: [{ path: 'to' }],
  })
})

test('T12 H1: a quota that is used up is 429 with Retry-After until it is new', async () => {
  refuse({ code: 'quota_exceeded', detail: 'Used up.', until: new Date(Date.now() + 3_600_000) })
  const answer = await send(text)
  expect(answer.status).toBe(429)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_500)
})

test('CONTRACTS 33: the key and a hash of the body that does not depend on how it was written go to the ledger', async () => {
  await send(text, { 'idempotency-key': 'order-1' })
  const first = lastAccept()
  await send(
    `{ "type":"text",\n "text" : {"body": "h\\u006fla"}, "to":"+57 300 123-4567", "number_id":"${number}" }`,
    {
      'idempotency-key': 'order-1',
    },
  )
  const second = lastAccept()
  await send({ ...text, text: { body: 'hola!' } }, { 'idempotency-key': 'order-1' })
  const third = lastAccept()
  expect(first.idempotencyKey).toBe('order-1')
  expect(first.bodyHash.length).toBe(32)
  expect(Buffer.compare(first.bodyHash, second.bodyHash)).toBe(0)
  expect(Buffer.compare(first.bodyHash, third.bodyHash)).not.toBe(0)
})

test('CONTRACTS 33: a stored answer is told as such; a key used for another body is 409', async () => {
  world.stubs.special.acceptMessages = async (request: dispatcherV1.AcceptMessagesRequest) => ({
    results: request.items.map((item) => ({ result: { $case: 'accepted', value: acceptedOf(item) } })),
    replayed: true,
  })
  const replayed = await send(text, { 'idempotency-key': 'order-2' })
  expect(replayed.headers.get('idempotency-replayed')).toBe('true')
  world.stubs.special.acceptMessages = async () => {
    throw appError('idempotency_key_reused')
  }
  const reused = await send(text, { 'idempotency-key': 'order-2' })
  expect(reused.status).toBe(409)
  expect(await reused.json()).toMatchObject({ code: 'idempotency_key_reused' })
})

test('CONTRACTS 33: a key that cannot be one is 422', async () => {
  for (const key of ['x'.repeat(256), 'with space']) {
    const answer = await send(text, { 'idempotency-key': key })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'Idempotency-Key' }] })
  }
})

test('M27: a batch is accepted item by item, in order, under one key', async () => {
  world.stubs.special.acceptMessages = async (request: dispatcherV1.AcceptMessagesRequest) => ({
    results: request.items.map((item, i) => ({
      result:
        i === 1
          ? {
              $case: 'refused',
              value: dispatcherV1.Refusal.fromPartial({ code: 'number_paused', detail: 'Paused.' }),
            }
          : { $case: 'accepted', value: acceptedOf(item) },
    })),
  })
  const bodies = [
    text,
    { ...text, type: 'odd' },
    { ...text, text: { body: 'dos' } },
    { ...text, text: { body: 'tres' } },
  ]
  const answer = await send({ messages: bodies }, { 'idempotency-key': 'batch-1' })
  expect(answer.status).toBe(202)
  const { results } = (await answer.json()) as {
    results: { message?: { content: { body: string } }; error?: { code: string } }[]
  }
  expect(results.map((result) => result.message?.content.body ?? result.error?.code)).toEqual([
    'hola',
    'validation_failed',
    'number_paused',
    'tres',
  ])
  expect(lastAccept().items).toHaveLength(3)
  expect(new Set(lastAccept().items.map(({ messageId }) => messageId)).size).toBe(3)
})

test('M27: a batch of none or of 501 is 422; one of 500 goes in one call', async () => {
  expect((await send({ messages: [] })).status).toBe(422)
  expect((await send({ messages: Array(501).fill(text) })).status).toBe(422)
  const answer = await send({ messages: Array(500).fill(text) })
  expect(answer.status).toBe(202)
  expect(lastAccept().items).toHaveLength(500)
})

test('CONTRACTS 17: a message is read from the ledger, and from the inbox once it has left it', async () => {
  const id = newId('message')
  world.stubs.special.getMessage = async (request: { id: string }, call) => {
    const asked = world.stubs.seen.filter(
      ({ method, request: r }) => method === 'getMessage' && r.id === request.id,
    )
    if (asked.length === 1) {
      return dispatcherV1.OutboundMessage.fromPartial({
        id,
        type: 'text',
        state: 'sent',
        contentJson: '{"messaging_product":"whatsapp","type":"text","text":{"body":"hola"}}',
        attempts: [{ n: 1, state: 'sent', wamid: 'wamid.A' }],
      })
    }
    if (asked.length === 2) throw appError('not_found')
    expect(call).toBeDefined()
    return inboxV1.Message.fromPartial({
      id,
      type: 'text',
      state: 'read',
      direction: 'outbound',
      contentJson: '{"body":"hola"}',
      conversationId: 'cnv_1',
    })
  }
  const ledger = await gateway.call('GET', `/v1/messages/${id}`, { token })
  expect(await ledger.json()).toMatchObject({
    id,
    state: 'sent',
    wamid: 'wamid.A',
    content: { body: 'hola' },
    attempts: [{ n: 1 }],
  })
  const inbox = await gateway.call('GET', `/v1/messages/${id}`, { token })
  expect(await inbox.json()).toMatchObject({
    id,
    state: 'read',
    content: { body: 'hola' },
    conversation_id: 'cnv_1',
  })
})

test('M17: a message names its file and what became of it, which the inbox knows while the ledger has the message', async () => {
  const [id, file] = [newId('message'), newId('media')]
  const contentJson = JSON.stringify({ type: 'image', image: { id: file } })
  const accepted = await send({
    number_id: number,
    to: '+57 300 123-4567',
    type: 'image',
    image: { id: file },
  })
  expect(((await accepted.json()) as { media: object }).media).toEqual({
    id: file,
    state: 'pending',
    mime_type: null,
    size_bytes: null,
    filename: null,
    failure_code: null,
  })
  let copies = [{ id: file, state: 'stored', mimeType: 'image/png', sizeBytes: 7n }]
  world.stubs.special.getMessage = async (request: { id: string }) => {
    const asked = world.stubs.seen.filter(
      ({ method, request: r }) => method === 'getMessage' && r.id === request.id,
    )
    if (asked.length % 2 === 1)
      return dispatcherV1.OutboundMessage.fromPartial({ id, type: 'image', state: 'sent', contentJson })
    const [media] = copies
    if (!media) throw appError('not_found')
    return inboxV1.Message.fromPartial({ id, type: 'image', state: 'queued', contentJson, media })
  }
  const read = async () => (await gateway.call('GET', `/v1/messages/${id}`, { token })).json()
  expect(await read()).toMatchObject({ state: 'sent', media: { id: file, state: 'stored', size_bytes: 7 } })
  copies = []
  expect(await read()).toMatchObject({
    state: 'sent',
    media: { id: file, state: 'pending', size_bytes: null },
  })
  world.stubs.special.getMessage = async () =>
    dispatcherV1.OutboundMessage.fromPartial({ id, type: 'text', contentJson: '{"text":{"body":"hola"}}' })
  expect(await read()).toMatchObject({ media: null })
})

test('CONTRACTS 17: with the ledger away a message is 503: what the inbox has may be old', async () => {
  world.stubs.special.getMessage = async () => {
    throw appError('unavailable')
  }
  expect((await gateway.call('GET', `/v1/messages/${newId('message')}`, { token })).status).toBe(503)
})

test('M3: what is no longer queued cannot be cancelled: 409, in the ledger and after it', async () => {
  const id = newId('message')
  world.stubs.special.cancelMessage = async () => {
    throw appError('not_cancellable', { detail: 'The message is sending.' })
  }
  const inLedger = await gateway.call('POST', `/v1/messages/${id}/cancel`, { token })
  expect(inLedger.status).toBe(409)
  expect(await inLedger.json()).toMatchObject({ code: 'not_cancellable', detail: 'The message is sending.' })
  world.stubs.special.cancelMessage = async () => {
    throw appError('not_found')
  }
  world.stubs.special.getMessage = async () => inboxV1.Message.fromPartial({ id, state: 'read' })
  const gone = await gateway.call('POST', `/v1/messages/${id}/cancel`, { token })
  expect(gone.status).toBe(409)
  expect(await gone.json()).toMatchObject({ code: 'not_cancellable' })
})
