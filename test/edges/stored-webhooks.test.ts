import { afterAll, beforeAll, expect, test } from 'bun:test'
import { parseId, uuidOf } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Company, Product, unclaimed } from '../product.ts'
import { customerCalls, customerWrites } from './webhook-body.ts'

const demoNumber = '100000000000001'
const [first, second] = unclaimed

let product: Product
let platform: string
let admin: string

beforeAll(async () => {
  product = await Product.start()
  platform = await product.platformToken()
  admin = await product.demoAdminToken()
}, 180_000)
afterAll(() => product?.stop(), 60_000)

interface Seen {
  id: string
  content: { body: string }
  wamid: string
}
const messagesOf = async (token: string): Promise<Seen[]> =>
  (await product.must('GET', '/v1/messages?direction=inbound&limit=200', { token })).data
const textsOf = async (token: string) => (await messagesOf(token)).map(({ content }) => content.body).sort()

test('W7: stored webhooks processed again, one and by time, change nothing: same messages, same unread, same versions', async () => {
  const writers = ['573005550001', '573005550002', '573005550003']
  const wamids = await Promise.all(writers.map((waId) => product.write(demoNumber, waId, `hola de ${waId}`)))
  // An answer may go once what was written is stored.
  await eventually(async () =>
    expect((await messagesOf(admin)).map(({ wamid }) => wamid)).toEqual(expect.arrayContaining(wamids)),
  )
  // A send brings statuses, which are stored changes as well.
  const { data } = await product.must('GET', '/v1/numbers', { token: admin })
  const { id } = await product.must('POST', '/v1/messages', {
    token: admin,
    body: { number_id: data[0].id, to: writers[0], type: 'text', text: { body: 'qué tal' } },
  })
  await eventually(async () => {
    expect(['delivered', 'read']).toContain(
      (await product.must('GET', `/v1/messages/${id}`, { token: admin })).state,
    )
    expect((await messagesOf(admin)).map(({ wamid }) => wamid)).toEqual(expect.arrayContaining(wamids))
  })
  const events = await eventually(async () => {
    const answer = await product.must('GET', '/v1/webhook-events?state=routed&limit=200', { token: admin })
    const total = answer.data.reduce(
      (sum: number, one: { messages: number; statuses: number }) => sum + one.messages + one.statuses,
      0,
    )
    expect(total).toBeGreaterThanOrEqual(5)
    return answer.data as { id: string; messages: number }[]
  })
  const before = await state()

  const one = events.find(({ messages }) => messages > 0)
  const replayed = await product.must('POST', `/v1/webhook-events/${one?.id}/replay`, { token: admin })
  expect(replayed.changes).toBe(1)
  expect(replayed.events).toBeGreaterThan(0)
  const range = await product.must('POST', '/v1/webhook-events/replay', {
    token: admin,
    body: {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    },
  })
  expect(range.changes).toBe(events.length)
  expect(range.events).toBeGreaterThanOrEqual(5)

  // It goes the way of the replayed ones, behind them.
  await product.write(demoNumber, '573005550009', 'detrás de todo')
  await eventually(async () => expect(await textsOf(admin)).toContain('detrás de todo'))
  const isNew = ({ phone }: { phone?: string }) => phone?.endsWith('573005550009')
  const after = await state()
  expect(after.conversations.filter(({ contact }) => !isNew(contact))).toEqual(before.conversations)
  expect(after.messages.filter(({ content }) => content.body !== 'detrás de todo')).toEqual(before.messages)
}, 60_000)

/** All that the company sees, versions included. */
async function state() {
  const conversations = (await product.must('GET', '/v1/conversations?limit=200', { token: admin })).data
  const messages = (await product.must('GET', '/v1/messages?limit=200', { token: admin })).data
  return {
    conversations: conversations as { contact: { phone: string }; version: number }[],
    messages: messages as Seen[],
  }
}

test('CV6: a customer’s call, in a signed webhook, opens the 24 h window: free text is refused before it and goes after it', async () => {
  const { data } = await product.must('GET', '/v1/numbers', { token: admin })
  const waId = '573005557777'
  const send = () =>
    product.call('POST', '/v1/messages', {
      token: admin,
      body: { number_id: data[0].id, to: waId, type: 'text', text: { body: '¿Nos llamó?' } },
    })
  // What is on its way at the time is awaited: once all is applied, the answer is no.
  await eventually(async () => expect((await send()).json.code).toBe('window_closed'))
  expect((await product.webhook(customerCalls({ waId }))).status).toBe(200)
  const answer = await send()
  expect(answer.status).toBe(202)
  await eventually(async () => {
    const found = await product.must('GET', '/v1/conversations?limit=200', { token: admin })
    const conversation = found.data.find((one: { contact: { wa_id: string } }) => one.contact.wa_id === waId)
    expect(Date.parse(conversation?.window_expires_at)).toBeGreaterThan(Date.now() + 23 * 3_600_000)
  })
}, 60_000)

test('CONTRACTS 29: answers sent in the same instant as customers’ first messages are all accepted', async () => {
  const { data } = await product.must('GET', '/v1/numbers', { token: admin })
  const customers = Array.from({ length: 12 }, (_, n) => `5730055566${String(n).padStart(2, '0')}`)
  const answers = await Promise.all(
    customers.map(async (waId) => {
      const { status } = await product.webhook(customerWrites({ waId, text: 'hola' }))
      const sent = await product.call('POST', '/v1/messages', {
        token: admin,
        body: { number_id: data[0].id, to: waId, type: 'text', text: { body: 'Buenas' } },
      })
      return [status, sent.status, sent.json.code]
    }),
  )
  expect(answers).toEqual(customers.map(() => [200, 202, undefined]))
}, 60_000)

test('CONTRACTS 15: what customers write to a number nobody has is parked, and appears when it is added, each once', async () => {
  const before = await product.must('GET', '/v1/intake', { token: platform })
  const texts = ['¿están abiertos?', '¿hay pan?', '¿hola?']
  for (const [n, text] of texts.entries()) await product.write(first.phoneNumberId, `54911555000${n}`, text)
  await eventually(async () => {
    expect((await product.must('GET', '/v1/intake', { token: platform })).parked - before.parked).toBe(
      texts.length,
    )
  })
  const bakery = await product.addCompany(platform, 'Panadería')
  expect(await messagesOf(bakery.token)).toEqual([])

  await product.addNumber(bakery.token, first)
  await eventually(async () => expect(await textsOf(bakery.token)).toEqual([...texts].sort()), {
    timeoutMs: 20_000,
  })
  await product.write(first.phoneNumberId, '549115550000', 'ya está')
  await eventually(async () => expect(await textsOf(bakery.token)).toEqual([...texts, 'ya está'].sort()))
  await eventually(async () => {
    expect((await product.must('GET', '/v1/intake', { token: platform })).parked).toBe(before.parked)
  })
  expect(await textsOf(admin)).not.toContain('¿hay pan?')
}, 60_000)

const statusOf = async (token: string) => {
  const { status, json } = await product.call('GET', '/v1/numbers', { token })
  return [status, json?.code]
}

async function keyOf(company: Company): Promise<string> {
  const { secret } = await product.must('POST', '/v1/api-keys', {
    token: company.token,
    body: { name: 'Integración', scopes: ['numbers:read', 'messages:send', 'messages:read'] },
  })
  return secret
}

test('T6: a suspended company’s credentials are 403 within 5 s, and work again when it is active; a deleted one’s are 401 and its key is destroyed', async () => {
  const shop = await product.addCompany(platform, 'Librería')
  const number = await product.addNumber(shop.token, second)
  const key = await keyOf(shop)
  expect([await statusOf(shop.token), await statusOf(key)]).toEqual([
    [200, undefined],
    [200, undefined],
  ])

  await product.must('POST', `/v1/companies/${shop.id}/suspend`, { token: platform })
  await eventually(
    async () => {
      expect(await statusOf(shop.token)).toEqual([403, 'company_suspended'])
      expect(await statusOf(key)).toEqual([403, 'company_suspended'])
    },
    { timeoutMs: 5_000 },
  )
  const login = { body: { email: shop.email, password: shop.password } }
  const refused = await product.call('POST', '/v1/auth/login', login)
  expect([refused.status, refused.json.code]).toEqual([403, 'company_suspended'])

  await product.must('POST', `/v1/companies/${shop.id}/activate`, { token: platform })
  await eventually(async () => expect(await statusOf(key)).toEqual([200, undefined]))
  expect((await product.call('POST', '/v1/auth/login', login)).status).toBe(200)

  expect(await keysInDatabase(shop.id)).toBe(1)
  expect((await product.call('DELETE', `/v1/companies/${shop.id}`, { token: platform })).status).toBe(204)
  expect(await keysInDatabase(shop.id)).toBe(0)
  await eventually(
    async () => {
      expect(await statusOf(key)).toEqual([401, 'unauthenticated'])
      expect(await statusOf(shop.token)).toEqual([401, 'unauthenticated'])
    },
    { timeoutMs: 5_000 },
  )
  expect((await product.call('POST', '/v1/auth/login', login)).status).toBe(401)
  // What the platform still can ask says that it is gone, and its number is free again.
  const headers = { 'x-tenant-id': shop.id }
  const asked = await product.call('GET', `/v1/numbers/${number.id}`, { token: platform, headers })
  expect(asked.status).toBe(404)
  const next = await product.addCompany(platform, 'Otra librería')
  await product.addNumber(next.token, second)
}, 60_000)

/** How many data keys of the company there are, looked at past every policy. */
async function keysInDatabase(companyId: string): Promise<number> {
  const id = parseId('tenant', companyId)
  if (!id) throw new Error(`${companyId} is no company id`)
  const rows = await product.asSuperuser(
    (sql) => sql<{ n: number }[]>`
      select count(*)::int as n from tenancy.tenant_keys where tenant_id = ${uuidOf(id)}`,
  )
  return rows[0]?.n ?? 0
}
