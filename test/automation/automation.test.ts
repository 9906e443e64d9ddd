/** Rules and outbound webhooks over the whole product: Meta is the simulator, the subscriber a server of our own. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { durables, inboxHistoryV1 } from '@palomar/contracts'
import { createClient, serviceTokenSource } from '@palomar/rpc'
import { eventually } from '@palomar/testkit'
import { Webhook } from 'standardwebhooks'
import { demoNumber } from '../../tools/start/seed.ts'
import { customerWrites } from '../edges/webhook-body.ts'
import { Product } from '../product.ts'

interface Heard {
  type: string
  id: string
  // biome-ignore lint/suspicious/noExplicitAny: the resource as the API shows it
  data: any
}

const waId = '573009990001'
let product: Product
let admin = ''
let botKey = ''
let numberId = ''
let secret = ''
let subscriber: http.Server
/** What the subscriber verified and heard, each id once, and how often it was called in all. */
const heard = new Map<string, Heard>()
let calls = 0
/** Runs inside the webhook handler, before it answers. */
let onMessage: (heard: Heard) => Promise<void> = async () => {}
const handlerErrors: unknown[] = []

beforeAll(async () => {
  product = await Product.start()
  admin = await product.demoAdminToken()
  const scopes = ['messages:send', 'messages:read']
  botKey = (await product.must('POST', '/v1/api-keys', { token: admin, body: { name: 'Bot', scopes } }))
    .secret
  numberId = (await product.must('GET', '/v1/numbers', { token: admin })).data[0].id
  subscriber = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      handle(Buffer.concat(chunks).toString(), request.headers as Record<string, string>).then(
        () => response.writeHead(204).end(),
        (error: unknown) => {
          handlerErrors.push(error)
          response.writeHead(500).end()
        },
      )
    })
  })
  await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve))
  const { port } = subscriber.address() as AddressInfo
  const made = await product.must('POST', '/v1/webhook-endpoints', {
    token: admin,
    body: { url: `http://127.0.0.1:${port}/hooks` },
  })
  secret = made.secret
  await product.must('POST', '/v1/rules', {
    token: admin,
    body: { name: 'Horario', keywords: ['horario'], reply_text: 'Abrimos de 8 a 18.' },
  })
}, 180_000)
afterAll(async () => {
  subscriber?.closeAllConnections()
  subscriber?.close()
  await product?.stop()
}, 60_000)

/** What a program written for Meta's Cloud API does with its webhooks. */
let metaSecret = ''
const metaBodies: string[] = []
let onMetaBody: (body: string) => Promise<void> = async () => {}

async function handle(body: string, headers: Record<string, string>): Promise<void> {
  const signature = headers['x-hub-signature-256']
  if (signature !== undefined) {
    const mine = `sha256=${createHmac('sha256', metaSecret).update(body).digest('hex')}`
    if (signature !== mine) throw new Error('not signed by Meta')
    await onMetaBody(body)
    metaBodies.push(body)
    return
  }
  calls++
  const { type, data } = new Webhook(secret).verify(body, headers) as Heard
  const id = headers['webhook-id'] ?? ''
  if (heard.has(id)) return
  const one = { type, id, data }
  if (type === 'message.received') await onMessage(one)
  heard.set(id, one)
}

const ofType = (type: string) => [...heard.values()].filter((one) => one.type === type)
/** How many bubbles of the customer's phone say this. */
async function onPhone(text: string): Promise<number> {
  const query = `phone_number_id=${demoNumber.phoneNumberId}&wa_id=${waId}`
  const chat = await (await fetch(`${product.demo.urls.simulator}/control/chat?${query}`)).json()
  return chat.messages.filter((bubble: unknown) => JSON.stringify(bubble).includes(JSON.stringify(text)))
    .length
}

test('CONTRACTS 3: CONTRACTS 30: a keyword is answered on the customer’s phone once, the endpoint hears of message and ticks, also when all of it is told again', async () => {
  await product.control('look', { phone_number_id: demoNumber.phoneNumberId, wa_id: waId, open: true })
  await product.write(demoNumber.phoneNumberId, waId, '¿Qué HORÁRIO tienen?')
  await eventually(async () => expect(await onPhone('Abrimos de 8 a 18.')).toBeGreaterThan(0), {
    timeoutMs: 30_000,
  })
  await eventually(
    () => {
      expect(ofType('message.received')).toHaveLength(1)
      // Ticks that come in one breath are one event, with the times of all.
      const read = ofType('message.status').find(({ data }) => data.state === 'read')
      expect([read?.data.sent_at, read?.data.delivered_at]).toEqual([expect.any(String), expect.any(String)])
    },
    { timeoutMs: 30_000 },
  )
  const [received] = ofType('message.received')
  expect(received?.data).toMatchObject({
    direction: 'inbound',
    type: 'text',
    content: { body: '¿Qué HORÁRIO tienen?' },
    number_id: numberId,
    contact: { wa_id: waId },
  })
  // In the same shape as the API's: every field, and the same values but for what may have changed since.
  const shown = await product.must('GET', `/v1/messages/${received?.data.id}`, { token: botKey })
  expect(Object.keys(received?.data)).toEqual(
    expect.arrayContaining(Object.keys(shown).filter((key) => key !== 'attempts')),
  )
  for (const key of [
    'id',
    'conversation_id',
    'contact_id',
    'wamid',
    'content',
    'created_at',
    'state',
    'direction',
  ])
    expect(received?.data[key]).toEqual(shown[key])
  const statuses = ofType('message.status').map(({ data }) => data)
  expect(new Set(statuses.map(({ id }) => id)).size).toBe(1)
  expect(statuses[0]).toMatchObject({ to: waId, created_by: 'svc:automation', number_id: numberId })

  // Everything again: Meta's webhooks from the archive, inbox's facts to automation alone.
  await eventually(async () => {
    const rules = (await product.must('GET', '/v1/rules', { token: admin })).data
    expect(rules[0].fired_count).toBe(1)
  })
  const before = calls
  const hour = 3_600_000
  await product.must('POST', '/v1/webhook-events/replay', {
    token: admin,
    body: { from: new Date(Date.now() - hour).toISOString(), to: new Date(Date.now() + hour).toISOString() },
  })
  expect(await republish()).toBeGreaterThan(1)
  // A message after all of it: when it has come through, so has what was told again before.
  await product.write(demoNumber.phoneNumberId, waId, 'gracias')
  await eventually(() => expect(ofType('message.received')).toHaveLength(2), { timeoutMs: 30_000 })
  await seenThrough()
  expect(await onPhone('Abrimos de 8 a 18.')).toBe(1)
  expect(calls).toBe(before + 1)
  expect((await product.must('GET', '/v1/rules', { token: admin })).data[0].fired_count).toBe(1)
}, 120_000)

test('CONTRACTS 30: T3: a bot that answers free text from inside its webhook handler finds the window open', async () => {
  const answers: number[] = []
  onMessage = async ({ id, data }) => {
    const answer = await product.call('POST', '/v1/messages', {
      token: botKey,
      headers: { 'idempotency-key': id },
      body: {
        number_id: data.number_id,
        to: data.contact.wa_id,
        type: 'text',
        text: { body: `Eco: ${data.content.body}` },
      },
    })
    answers.push(answer.status)
  }
  // Someone who never wrote before: without inbox's commit nobody could know of his window.
  const stranger = '573009990002'
  await product.write(demoNumber.phoneNumberId, stranger, 'primera vez')
  await eventually(() => expect(answers).toEqual([202]), { timeoutMs: 30_000 })
  await eventually(
    () => {
      const mine = ofType('message.status').filter(({ data }) => data.to === stranger)
      expect(mine.map(({ data }) => data.state)).toContain('delivered')
    },
    { timeoutMs: 30_000 },
  )
  onMessage = async () => {}
  const { data } = await product.must('GET', '/v1/messages', { token: botKey })
  expect(data.length).toBeGreaterThan(2)
  for (const [method, path] of [
    ['GET', '/v1/users'],
    ['GET', '/v1/api-keys'],
    ['GET', '/v1/rules'],
    ['GET', '/v1/webhook-endpoints'],
    ['POST', '/v1/numbers'],
  ] as const) {
    const { status } = await product.call(method, path, {
      token: botKey,
      ...(method === 'POST' ? { body: {} } : {}),
    })
    expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 403`)
  }
  expect(handlerErrors).toEqual([])
}, 120_000)

/** Inbox tells automation everything of the demo company again, under the ids it had. */
async function republish(): Promise<number> {
  const { secrets, grpcPorts } = product.demo.settings
  const token = serviceTokenSource({
    service: 'automation',
    secret: secrets.services.automation ?? '',
    tenancyAddress: `127.0.0.1:${grpcPorts.tenancy}`,
  })
  const inbox = createClient(inboxHistoryV1.HistoryServiceService, {
    address: `127.0.0.1:${grpcPorts.inbox}`,
    audience: 'inbox',
    deadlineMs: 20_000,
    token,
  })
  let events = 0
  let cursor = ''
  do {
    const answer = await inbox.republish({
      from: undefined,
      to: undefined,
      tenantId: product.demo.tenantId ?? '',
      durable: durables.automationInbox.name,
      cursor,
    })
    events += Number(answer.events)
    cursor = answer.nextCursor
  } while (cursor)
  inbox.close()
  token.close()
  return events
}

/** Automation has nothing left to decide or to send. */
async function seenThrough(): Promise<void> {
  await eventually(async () => {
    const metrics = await (
      await fetch(`http://127.0.0.1:${product.demo.settings.adminPorts.automation}/metrics`)
    ).text()
    const again = /automation_facts_total\{[^}]*outcome="seen_before"[^}]*\} (\d+)/.exec(metrics)?.[1]
    expect(Number(again ?? 0)).toBeGreaterThan(0)
    const waiting = await product.asSuperuser(
      (sql) => sql`
        select 1 from automation.answers where state = 'pending' union all
        select 1 from automation.webhook_deliveries where state = 'pending'`,
    )
    expect(waiting).toHaveLength(0)
  })
}

test('CONTRACTS 30: a program written for Meta gets Meta’s own bytes, answers from inside its handler, and gets its own tracker back', async () => {
  const { port } = subscriber.address() as AddressInfo
  const made = await product.must('POST', '/v1/webhook-endpoints', {
    token: admin,
    body: { url: `http://127.0.0.1:${port}/meta`, format: 'meta' },
  })
  expect(made.format).toBe('meta')
  metaSecret = made.secret
  const newcomer = '573009990003'
  const answers: number[] = []
  onMetaBody = async (body) => {
    if (!body.includes('hola desde Meta')) return
    const answer = await product.call('POST', '/v1/messages', {
      token: botKey,
      headers: { 'idempotency-key': 'meta-answer' },
      body: {
        number_id: numberId,
        to: newcomer,
        type: 'text',
        text: { body: 'Recibido' },
        biz_opaque_callback_data: 'pedido 7',
      },
    })
    answers.push(answer.status)
  }
  await product.write(demoNumber.phoneNumberId, newcomer, 'hola desde Meta')
  // One change in the body that came, one in the one that goes: byte for byte the same.
  const webhook = customerWrites({ text: 'ñandú 🦩' })
  expect((await product.webhook(webhook)).status).toBe(200)
  await eventually(() => {
    expect(answers).toEqual([202])
    expect(metaBodies).toContain(webhook)
  })
  await eventually(() => {
    const statuses = metaBodies.filter((body) => body.includes('pedido 7'))
    expect(statuses.some((body) => body.includes('"delivered"'))).toBe(true)
    for (const body of statuses) expect(body).toContain('"biz_opaque_callback_data":"pedido 7"')
  })
  expect(metaBodies.filter((body) => body.includes('msg_'))).toEqual([])
  expect(handlerErrors).toEqual([])
  await product.call('DELETE', `/v1/webhook-endpoints/${made.id}`, { token: admin })
}, 60_000)

test('X2: who made the rule and the endpoint is in the company’s audit log', async () => {
  const { id } = await product.must('GET', '/v1/me', { token: admin }).then(({ user }) => user)
  await eventually(async () => {
    const { data } = await product.must('GET', '/v1/audit?limit=200', { token: admin })
    const made = data.filter(({ actor_id }: { actor_id: string }) => actor_id === id)
    const actions = made.map(({ action }: { action: string }) => action)
    expect(actions).toContain('rule.created')
    expect(actions).toContain('webhook_endpoint.created')
  })
})
