import { expect, test } from 'bun:test'
import { parseWebhook, verifySignature } from '@palomar/cloud-api'
import { eventually } from '@palomar/testkit'
import { demo, hello, settled, startWorld, wamidOf } from './harness.ts'

const { phoneNumberId, customer: waId } = demo
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

test('W1 M14: what a customer writes arrives signed, with contact, context and its own object', async () => {
  const world = startWorld()
  const first = world.control.write({ phoneNumberId, waId, text: '¡Mañana! 👍 a/b' })
  const second = world.control.write({
    phoneNumberId,
    waId,
    type: 'location',
    content: { latitude: 1, longitude: 2 },
    quoted: first,
  })
  await eventually(() => expect(world.inbound()).toHaveLength(2))
  const [message, answer] = world.inbound().sort((a) => (a.wamid === first ? -1 : 1))
  expect(message).toMatchObject({
    wamid: first,
    from: { waId, userId: 'CO.8pQ2xV7kLm', profileName: 'Lucía Torres' },
    content: { kind: 'text', body: '¡Mañana! 👍 a/b' },
  })
  expect(answer).toMatchObject({
    wamid: second,
    context: { wamid: first },
    content: { kind: 'location', latitude: 1 },
  })
  expect(world.changes().map(({ route }) => route)).toEqual(
    world.changes().map(() => ({ phoneNumberId, displayPhoneNumber: '573000000001', wabaId: demo.wabaId })),
  )
  expect(world.badSignatures).toBe(0)
})

test("W2: bodies are escaped as Meta's, so that only raw bytes fit the signature", async () => {
  const world = startWorld()
  world.control.write({ phoneNumberId, waId, text: 'año a/b' })
  await eventually(() => expect(world.delivered).toHaveLength(1))
  const body = latin1(world.delivered[0]?.bytes ?? new Uint8Array())
  expect(body).toContain('a\\u00f1o a\\/b')
  expect(JSON.stringify(JSON.parse(body))).not.toBe(body)
  world.control.settings({ webhookEscapes: false })
  world.control.write({ phoneNumberId, waId, text: 'año' })
  await eventually(() => expect(world.delivered).toHaveLength(2))
  expect(Buffer.from(world.delivered[1]?.bytes ?? []).toString('utf8')).toContain('"año"')
  expect(world.badSignatures).toBe(0)
})

test('until it is answered 200 the same bytes come again', async () => {
  const world = startWorld()
  world.answers.status = 503
  const wamid = world.control.write({ phoneNumberId, waId, text: 'hola' })
  await eventually(() => expect(world.delivered.length).toBeGreaterThanOrEqual(3))
  expect(world.control.counters()).toMatchObject({ pendingWebhooks: 1, webhooks: 0 })
  world.answers.status = 204
  const tries = world.delivered.length
  await eventually(() => expect(world.delivered.length).toBeGreaterThan(tries))
  world.answers.status = 200
  await settled(world)
  expect(new Set(world.delivered.map(({ bytes }) => latin1(bytes))).size).toBe(1)
  expect(world.inbound()[0]?.wamid).toBe(wamid)
  expect(world.control.counters()).toMatchObject({ webhooks: 1, webhookFailures: world.delivered.length - 1 })
})

test('a receiver that is away gets everything when it is back, each once', async () => {
  const world = startWorld()
  world.answers.status = 500
  const wamids = Array.from({ length: 50 }, (_, i) =>
    world.control.write({ phoneNumberId, waId, text: `n${i}` }),
  )
  await eventually(() => expect(world.control.counters().webhookFailures).toBeGreaterThan(0))
  const failed = world.delivered.length
  world.answers.status = 200
  await settled(world)
  const taken = world.delivered.slice(failed).flatMap(({ changes }) => changes)
  expect(taken).toHaveLength(50)
  expect(new Set(world.inbound().map(({ wamid }) => wamid))).toEqual(new Set(wamids))
})

test('changes made together travel together, up to what is set', async () => {
  const world = startWorld({ settings: { webhookChangesMax: 20, webhookLingerMs: 20 } })
  for (let i = 0; i < 50; i++) world.control.write({ phoneNumberId, waId, text: `n${i}` })
  await settled(world)
  expect(world.delivered.map(({ changes }) => changes.length).sort()).toEqual([10, 20, 20])
  world.control.settings({ webhookChangesMax: 1 })
  world.delivered.length = 0
  for (let i = 0; i < 3; i++) world.control.write({ phoneNumberId, waId, text: `m${i}` })
  await settled(world)
  expect(world.delivered.map(({ changes }) => changes.length)).toEqual([1, 1, 1])
})

test("each app's webhooks go to its own address under its own secret", async () => {
  const world = startWorld()
  world.control.write({ phoneNumberId: '100000000000004', waId, text: 'a la clínica' })
  world.control.write({ phoneNumberId, waId, text: 'a la demo' })
  await settled(world)
  expect(world.delivered.map(({ path }) => path).sort()).toEqual([
    '/webhooks/whatsapp',
    '/webhooks/whatsapp/clinica',
  ])
  expect(world.badSignatures).toBe(0)
})

test('W1: a callback is taken only when it answers the handshake', async () => {
  const world = startWorld()
  const asked: URLSearchParams[] = []
  const answers = { challenge: true }
  const other = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const url = new URL(request.url)
      if (request.method === 'POST') {
        bodies.push({
          bytes: new Uint8Array(await request.arrayBuffer()),
          signature: request.headers.get('x-hub-signature-256'),
        })
        return new Response('')
      }
      asked.push(url.searchParams)
      return new Response(answers.challenge ? url.searchParams.get('hub.challenge') : '"quoted"')
    },
  })
  const bodies: { bytes: Uint8Array; signature: string | null }[] = []
  try {
    const webhookUrl = `http://127.0.0.1:${other.port}/hook?x=1`
    answers.challenge = false
    const refused = await world.control.app('default', { webhookUrl }).catch((error: Error) => error.message)
    expect(refused).toBe('the callback did not answer with the challenge alone')
    answers.challenge = true
    await world.control.app('default', { webhookUrl, secret: 'rotated', verifyToken: 'v2' })
    expect(Object.fromEntries(asked[1] ?? [])).toMatchObject({
      x: '1',
      'hub.mode': 'subscribe',
      'hub.verify_token': 'v2',
    })
    world.control.write({ phoneNumberId, waId, text: 'hola' })
    await eventually(() => expect(bodies).toHaveLength(1))
    expect(verifySignature(bodies[0]?.bytes ?? new Uint8Array(), bodies[0]?.signature, ['rotated'])).toBe(
      true,
    )
    expect(world.delivered).toHaveLength(0)
  } finally {
    await other.stop(true)
  }
})

test('without a webhook nothing waits', async () => {
  const world = startWorld({ webhookUrl: '' })
  wamidOf(await world.send(hello))
  world.control.write({ phoneNumberId, waId, text: 'hola' })
  expect(world.control.counters().pendingWebhooks).toBe(0)
})

test("TP1: a template's change of status is told to its account, with the time", async () => {
  const world = startWorld()
  world.control.template(demo.wabaId, 'hello_world', 'en_US', 'PAUSED')
  await eventually(() => expect(world.changes()).toHaveLength(1))
  expect(world.changes()[0]).toMatchObject({
    entryId: demo.wabaId,
    field: 'message_template_status_update',
    entryTime: expect.any(Date),
    value: { event: 'PAUSED', message_template_name: 'hello_world', message_template_language: 'en_US' },
  })
})

test('every body that was delivered is one that the parser reads whole', async () => {
  const world = startWorld()
  for (const type of ['image', 'hologram'])
    world.control.write({ phoneNumberId, waId, type, content: { id: '1', mime_type: 'image/png' } })
  world.control.writePicture({ phoneNumberId, waId }, world.url)
  await world.untilStatus(wamidOf(await world.send(hello)), 'delivered')
  await settled(world)
  for (const { bytes } of world.delivered) expect(parseWebhook(bytes)).toMatchObject({ ok: true })
  expect(
    world
      .inbound()
      .map(({ content }) => content.kind)
      .sort(),
  ).toEqual(['media', 'media', 'other'])
})
