import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Answer, type CallOptions, Product } from '../product.ts'
import { customerWrites } from './webhook-body.ts'

let product: Product
let admin: string
let platform: string
let numberId: string

beforeAll(async () => {
  product = await Product.start()
  admin = await product.demoAdminToken()
  platform = await product.platformToken()
  numberId = (await product.must('GET', '/v1/numbers', { token: admin })).data[0].id
}, 180_000)
afterAll(() => product?.stop(), 60_000)

const template = (to: string) => ({
  number_id: numberId,
  to,
  type: 'template',
  template: { name: 'hello_world', language: { code: 'en_US' } },
})

interface Refusal {
  what: string
  method: string
  path: string
  options?: () => CallOptions
  status: number
  code: string
}

const asAdmin = (body?: unknown, headers: Record<string, string> = {}) => {
  return (): CallOptions => ({ token: admin, headers, ...(body === undefined ? {} : { body }) })
}
const megabyte = 1024 * 1024
const text = (more: Record<string, unknown> = {}) => ({
  to: '573001112233',
  type: 'text',
  text: { body: 'x' },
  ...more,
})

const refusals: Refusal[] = [
  {
    what: 'broken JSON',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin('{"email":'),
    status: 400,
    code: 'bad_request',
  },
  {
    what: 'JSON in no UTF-8',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin(new Uint8Array([0x22, 0xff, 0x22])),
    status: 400,
    code: 'bad_request',
  },
  {
    what: 'brackets without end',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin('['.repeat(100_000)),
    status: 400,
    code: 'bad_request',
  },
  {
    what: 'no JSON type',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin('{}', { 'content-type': 'text/plain' }),
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'an oversize body',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin(`"${'x'.repeat(megabyte)}"`),
    status: 413,
    code: 'payload_too_large',
  },
  {
    what: 'an oversize send',
    method: 'POST',
    path: '/v1/messages',
    options: asAdmin(`"${'x'.repeat(6 * megabyte)}"`),
    status: 413,
    code: 'payload_too_large',
  },
  {
    what: 'a body that is a list',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin([]),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'an unknown field',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin({ email: 'a@b.test', name: 'A', role: 'agent', is_admin: true }),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'an unknown query',
    method: 'GET',
    path: '/v1/users?sort=x',
    options: asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'U+0000',
    method: 'POST',
    path: '/v1/users',
    options: asAdmin({ email: 'a@b.test', name: 'A\u0000', role: 'agent' }),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'U+0000 in a query',
    method: 'GET',
    path: '/v1/contacts?query=%00',
    options: asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a page of nothing',
    method: 'GET',
    path: '/v1/messages?limit=0',
    options: asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a page that is no number',
    method: 'GET',
    path: '/v1/messages?limit=many',
    options: asAdmin(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a number nobody has',
    method: 'POST',
    path: '/v1/messages',
    options: asAdmin(text({ number_id: newId('number') })),
    status: 422,
    code: 'number_unknown',
  },
  {
    what: 'a phone_number_id nobody has',
    method: 'POST',
    path: '/v1/messages',
    options: asAdmin(text({ from: '999' })),
    status: 422,
    code: 'number_unknown',
  },
  {
    what: 'a message of no type',
    method: 'POST',
    path: '/v1/messages',
    options: () => asAdmin(text({ number_id: numberId, type: 'telegram' }))(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'a blank idempotency key',
    method: 'POST',
    path: '/v1/messages',
    options: () => asAdmin(template('573001112233'), { 'idempotency-key': 'a b' })(),
    status: 422,
    code: 'validation_failed',
  },
  {
    what: 'an unsupported method',
    method: 'DELETE',
    path: '/v1/messages',
    options: asAdmin(),
    status: 405,
    code: 'method_not_allowed',
  },
  {
    what: 'a path that is none',
    method: 'GET',
    path: '/v1/nothing',
    options: asAdmin(),
    status: 404,
    code: 'not_found',
  },
  {
    what: 'a malformed id',
    method: 'GET',
    path: '/v1/messages/1%27%20or%201=1',
    options: asAdmin(),
    status: 404,
    code: 'not_found',
  },
  {
    what: 'an id of another kind',
    method: 'GET',
    path: `/v1/messages/${newId('contact')}`,
    options: asAdmin(),
    status: 404,
    code: 'not_found',
  },
  { what: 'no credential', method: 'GET', path: '/v1/messages', status: 401, code: 'unauthenticated' },
  {
    what: 'a garbage token',
    method: 'GET',
    path: '/v1/messages',
    options: () => ({ token: 'garbage' }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a garbage JWT',
    method: 'GET',
    path: '/v1/messages',
    options: () => ({ token: 'eyJhbGciOiJub25lIn0.e30.' }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a JWT with another payload',
    method: 'GET',
    path: '/v1/messages',
    options: () => ({ token: forged(admin) }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a company that is not his, there or not',
    method: 'GET',
    path: '/v1/messages',
    options: asAdmin(undefined, { 'x-tenant-id': newId('tenant') }),
    status: 403,
    code: 'forbidden',
  },
  {
    what: 'a company that cannot be',
    method: 'GET',
    path: '/v1/messages',
    options: asAdmin(undefined, { 'x-tenant-id': 'ten_x' }),
    status: 404,
    code: 'not_found',
  },
  {
    what: 'what only the platform may',
    method: 'GET',
    path: '/v1/dead-letters',
    options: asAdmin(),
    status: 403,
    code: 'forbidden',
  },
  {
    what: 'a wrong password',
    method: 'POST',
    path: '/v1/auth/login',
    options: () => ({ body: { email: 'ana@palomar.demo', password: 'x' } }),
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a refresh token that is none',
    method: 'POST',
    path: '/v1/auth/refresh',
    options: () => ({ body: { refresh_token: 'x' } }),
    status: 401,
    code: 'unauthenticated',
  },
  { what: 'a socket without handshake', method: 'GET', path: '/v1/live', status: 400, code: 'bad_request' },
  {
    what: 'a socket with a garbage ticket',
    method: 'GET',
    path: '/v1/live?ticket=x',
    options: () => ({ headers: { upgrade: 'websocket', connection: 'upgrade' } }),
    status: 401,
    code: 'unauthenticated',
  },
]

/** Another payload under the same signature. */
function forged(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return [
    header,
    Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url'),
    signature,
  ].join('.')
}

/** H3: the answer names its request, and the gateway's log has a line of it with that outcome. */
async function expectLogged(answer: Answer): Promise<void> {
  const requestId = answer.headers.get('x-request-id') ?? ''
  expect(requestId).not.toBe('')
  const line = await eventually(() => {
    const lines = product.logs().get('gateway.log')?.split('\n') ?? []
    const found = lines.find((each) => each.includes(JSON.stringify(requestId)))
    expect(found, `${requestId} in the gateway's log`).toBeDefined()
    return JSON.parse(found ?? '{}')
  })
  expect([line.request_id, line.status]).toEqual([requestId, answer.status])
}

async function expectStillWorks(): Promise<void> {
  expect((await product.call('GET', '/v1/numbers?limit=1', { token: admin })).status).toBe(200)
}

describe('the API', () => {
  for (const { what, method, path, options, status, code } of refusals) {
    test(`H1 H3 H4: ${what} (${method} ${path.split('?')[0]}) is ${status} ${code}, its request id is in the log`, async () => {
      const answer = await product.call(method, path, options?.())
      expect([answer.status, answer.json?.code], answer.text).toEqual([status, code])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.json.request_id).toBe(answer.headers.get('x-request-id'))
      if (code === 'validation_failed') {
        expect(answer.json.errors.length).toBeGreaterThan(0)
        for (const error of answer.json.errors)
          expect(Object.keys(error).sort()).toEqual(['code', 'detail', 'path'])
      }
      await expectLogged(answer)
      await expectStillWorks()
    }, 30_000)
  }

  test('H1: a cursor that is none, or of another list, is 4xx on every list', async () => {
    const document = await product.must('GET', '/openapi.json')
    const lists = Object.entries(
      document.paths as Record<string, { get?: { parameters?: { name: string }[] } }>,
    )
      .filter(
        ([path, { get }]) =>
          path.startsWith('/v1/') && get?.parameters?.some(({ name }) => name === 'cursor'),
      )
      .map(([path]) => path)
    expect(lists.length).toBeGreaterThan(10)
    const endpoint = await product.must('POST', '/v1/webhook-endpoints', {
      token: platform,
      headers: { 'x-tenant-id': product.demo.tenantId ?? '' },
      body: { url: 'https://example.com/hooks' },
    })
    /** Something that is there, so that only the cursor is wrong. */
    const owners = { conversations: await anyConversation(), 'webhook-endpoints': endpoint.id }
    const wrong: string[] = []
    for (const list of lists) {
      const owner = Object.entries(owners).find(([name]) => list.startsWith(`/v1/${name}/`))?.[1] ?? ''
      const path = list.replace('{id}', owner)
      for (const cursor of ['garbage', 'eyJ4IjoxfQ', '%F0%9F%92%A9', "1'--"]) {
        const answer = await product.call('GET', `${path}?cursor=${cursor}`, {
          token: platform,
          headers: { 'x-tenant-id': product.demo.tenantId ?? '' },
        })
        if (answer.status !== 422 && answer.status !== 400)
          wrong.push(`${path} ${cursor}: ${answer.status} ${answer.text}`)
      }
    }
    expect(wrong).toEqual([])
    await expectStillWorks()
  }, 60_000)

  test('H1 T7: a key past its end is 401, and worked before', async () => {
    const { secret } = await product.must('POST', '/v1/api-keys', {
      token: admin,
      body: {
        name: 'Short',
        scopes: ['numbers:read'],
        expires_at: new Date(Date.now() + 3_000).toISOString(),
      },
    })
    expect((await product.call('GET', '/v1/numbers', { token: secret })).status).toBe(200)
    const answer = await eventually(async () => {
      const late = await product.call('GET', '/v1/numbers', { token: secret })
      expect(late.status).toBe(401)
      return late
    })
    await expectLogged(answer)
    await expectStillWorks()
  }, 30_000)

  test('CONTRACTS 33: the same key and body is the same answer, another body is 409, and one message was sent', async () => {
    const send = (body: unknown) =>
      product.call('POST', '/v1/messages', { token: admin, body, headers: { 'idempotency-key': 'edge-1' } })
    const to = '573004440001'
    const [first, at, once] = await Promise.all([send(template(to)), send(template(to)), send(template(to))])
    const again = await send(template(to))
    expect([first, at, once, again].map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(new Set([first, at, once, again].map(({ json }) => json.id)).size).toBe(1)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await send(template('573004440002'))
    expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused'])
    await expectLogged(other)
    await eventually(async () => {
      const { state } = await product.must('GET', `/v1/messages/${first.json.id}`, { token: admin })
      expect(['delivered', 'read']).toContain(state)
    })
    const accepted = await (await fetch(`${product.demo.urls.simulator}/control/accepted`)).text()
    expect(accepted.split('\n').filter((line) => line.includes(first.json.id))).toHaveLength(1)
  }, 30_000)
})

async function anyConversation(): Promise<string> {
  await product.write('100000000000001', '573004440009', 'para que haya una')
  return eventually(async () => {
    const { data } = await product.must('GET', '/v1/conversations', { token: admin })
    expect(data.length).toBeGreaterThan(0)
    return data[0].id
  })
}

describe('the webhook', () => {
  const refused: { what: string; status: number; send: () => Promise<Answer> }[] = [
    {
      what: 'a wrong signature',
      status: 401,
      send: () => product.webhook('{}', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }),
    },
    {
      what: 'no signature',
      status: 401,
      send: () => product.call('POST', '/webhooks/whatsapp', { body: '{}' }),
    },
    {
      what: 'a signature that is none',
      status: 401,
      send: () => product.webhook('{}', { 'x-hub-signature-256': 'sha1=x' }),
    },
    {
      what: 'an app nobody has',
      status: 404,
      send: () => product.webhook('{}', {}, '/webhooks/whatsapp/nobody'),
    },
    { what: 'an oversize body', status: 413, send: () => product.webhook('x'.repeat(6 * megabyte + 1)) },
    {
      what: 'an unsupported method',
      status: 405,
      send: () => product.call('PUT', '/webhooks/whatsapp', { body: '{}' }),
    },
    {
      what: 'a handshake with another token',
      status: 403,
      send: () =>
        product.call('GET', '/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x'),
    },
  ]
  for (const { what, status, send } of refused) {
    test(`W2 W3 H3: ${what} is ${status}, its request id is in the log, and the next webhook works`, async () => {
      const answer = await send()
      expect(answer.status).toBe(status)
      await expectLogged(answer)
      expect((await product.webhook(customerWrites({ text: `tras ${what}` }))).status).toBe(200)
    }, 30_000)
  }

  test('W3 W4: a signed body that is no JSON, or no webhook, is kept and shown as unparsed, and takes nothing down', async () => {
    const before = await product.must('GET', '/v1/intake', { token: platform })
    for (const body of ['{"entry":', '[]', '{"object":"page","entry":[{"id":"1","changes":[]}]}', 'null']) {
      expect((await product.webhook(body)).status).toBe(200)
    }
    await eventually(async () => {
      const { unparsed } = await product.must('GET', '/v1/intake', { token: platform })
      expect(unparsed - before.unparsed).toBe(4)
    })
    await expectStillWorks()
  }, 30_000)

  test('W6: the same webhook twice, at once and later, is one message', async () => {
    const waId = '573004440003'
    const body = customerWrites({ waId, text: 'una sola vez', at: Date.now() - 5_000 })
    const answers = [
      ...(await Promise.all([product.webhook(body), product.webhook(body)])),
      await product.webhook(body),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    // In the same stream behind them: when it is there, all three are through.
    await product.webhook(customerWrites({ waId, text: 'la última' }))
    const conversation = await eventually(async () => {
      const { data } = await product.must('GET', '/v1/conversations', { token: admin })
      const found = data.find((each: { contact: { wa_id: string } }) => each.contact.wa_id === waId)
      expect(found?.last_message_preview).toBe('la última')
      return found
    })
    const { data } = await product.must('GET', `/v1/conversations/${conversation.id}/messages`, {
      token: admin,
    })
    expect(data.map((each: { content: { body: string } }) => each.content.body).sort()).toEqual([
      'la última',
      'una sola vez',
    ])
    expect(conversation.unread_count).toBe(2)
  }, 30_000)
})

test('H1: after all of this, nobody logged a failure of ours or answered 5xx', () => {
  expect(product.errors.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
  const failures = [...product.logs()].flatMap(([name, log]) =>
    log.split('\n').flatMap((line) => (/"level":"error"/.test(line) ? [`${name}: ${line}`] : [])),
  )
  expect(failures).toEqual([])
})
