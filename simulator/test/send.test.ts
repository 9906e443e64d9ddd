import { expect, test } from 'bun:test'
import { demo, errorOf, hello, startWorld, text, wamidOf } from './harness.ts'

const parameters = (...texts: string[]) => texts.map((each) => ({ type: 'text', text: each }))
const template = (name: string, language: string, ...texts: string[]) => ({
  type: 'template',
  template: {
    name,
    language: { code: language },
    ...(texts.length > 0 ? { components: [{ type: 'body', parameters: parameters(...texts) }] } : {}),
  },
})

test('M16: hello_world to 541156384310 is accepted with the wa_id that WhatsApp has for it', async () => {
  const world = startWorld()
  const result = await world.send({ ...hello, to: '541156384310', biz_opaque_callback_data: 'echo-1' })
  expect(result).toMatchObject({
    kind: 'answered',
    status: 200,
    json: {
      messaging_product: 'whatsapp',
      contacts: [{ input: '541156384310', wa_id: '5491156384310' }],
      messages: [{ id: expect.stringMatching(/^wamid\./), message_status: 'accepted' }],
    },
  })
  expect(world.control.accepted()).toEqual([
    {
      wamid: wamidOf(result),
      phoneNumberId: demo.phoneNumberId,
      to: '5491156384310',
      type: 'template',
      echo: 'echo-1',
      at: expect.any(Number),
    },
  ])
})

test('a message to a user id is answered with the user id, without wa_id', async () => {
  const world = startWorld()
  const result = await world.send({ ...hello, to: undefined, recipient: 'CO.8pQ2xV7kLm' })
  expect(result).toMatchObject({ json: { contacts: [{ input: 'CO.8pQ2xV7kLm', user_id: 'CO.8pQ2xV7kLm' }] } })
  expect(JSON.stringify(result)).not.toContain('wa_id')
  expect((await world.untilStatus(wamidOf(result), 'delivered'))[0]?.recipient.userId).toBe('CO.8pQ2xV7kLm')
})

test.each<[string, Record<string, unknown>, { phoneNumberId?: string; token?: string }, object]>([
  ['an unknown token', hello, { token: 'nonsense' }, { status: 401, code: 190 }],
  [
    "another number's token",
    hello,
    { token: 'sim-token-panaderia-sol' },
    { code: 100, subcode: 33, type: 'GraphMethodException' },
  ],
  ['an unknown number', hello, { phoneNumberId: '7' }, { code: 100, subcode: 33 }],
  [
    'a text without body',
    { type: 'text', text: {} },
    {},
    { code: 131008, details: "The parameter text['body'] is required." },
  ],
  ['a text too long', { type: 'text', text: { body: 'x'.repeat(4097) } }, {}, { code: 100 }],
  ['a type that does not exist', { type: 'hologram' }, {}, { code: 100 }],
  ['an unknown field', { ...text, txet: 1 }, {}, { code: 100 }],
  ['itself as recipient', { ...hello, to: '573000000001' }, {}, { code: 131021 }],
  [
    'an unknown template',
    template('nothing_here', 'es'),
    {},
    { status: 404, code: 132001, details: 'template name (nothing_here) does not exist in es' },
  ],
  ['a template in another language', template('hello_world', 'es'), {}, { code: 132001 }],
  [
    'too few parameters',
    template('pedido_listo', 'es', 'Ana'),
    {},
    {
      code: 132000,
      details: 'body: number of localizable_params (1) does not match the expected number of params (2)',
    },
  ],
  ['too many parameters', template('hello_world', 'en_US', 'Ana'), {}, { code: 132000 }],
  [
    'a login code to a user id',
    { ...template('codigo_acceso', 'es', '123456'), to: undefined, recipient: 'CO.8pQ2xV7kLm' },
    {},
    { code: 131062 },
  ],
])('%s is refused as Meta does', async (_, body, from, error) => {
  const world = startWorld()
  expect(errorOf(await world.send(body, from))).toMatchObject(error)
  expect(world.control.accepted()).toEqual([])
})

test('a request without token, of a dead version or that is no JSON is refused', async () => {
  const { url } = startWorld()
  const post = async (path: string, headers: Record<string, string>, body = '{}') => {
    const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body })
    return { status: response.status, ...((await response.json()) as { error: { code: number } }).error }
  }
  const bearer = { authorization: `Bearer ${demo.token}` }
  const path = `${demo.phoneNumberId}/messages`
  expect(await post(`v22.0/${path}`, {})).toMatchObject({ status: 401, code: 104 })
  expect(await post(`v12.0/${path}`, bearer)).toMatchObject({ code: 2635 })
  expect(await post(`v22.0/${path}`, bearer, '{"to":')).toMatchObject({ code: 100, type: 'OAuthException' })
  expect(await post('v22.0/a/b/c', bearer)).toMatchObject({ code: 2500 })
})

test("the answer names the version that served it and carries Meta's headers", async () => {
  const { url } = startWorld()
  const response = await fetch(`${url}/v24.0/${demo.phoneNumberId}`, {
    headers: { authorization: `Bearer ${demo.token}` },
  })
  expect(response.headers.get('facebook-api-version')).toBe('v24.0')
  expect(response.headers.get('content-type')).toStartWith('application/json')
  expect(response.headers.get('x-fb-trace-id')).not.toBeNull()
})

test.each([
  ['unregistered', 133010],
  ['locked', 131031],
] as const)('a number that is %s cannot send', async (standing, code) => {
  const world = startWorld()
  world.control.number(demo.phoneNumberId, { standing })
  expect(errorOf(await world.send(hello))).toMatchObject({ code })
})

test.each([
  ['PAUSED', 132015],
  ['DISABLED', 132016],
  ['PENDING', 132001],
  ['REJECTED', 132001],
])('a template that is %s cannot be sent', async (status, code) => {
  const world = startWorld()
  world.control.template(demo.wabaId, 'hello_world', 'en_US', status)
  expect(errorOf(await world.send(hello))).toMatchObject({ code })
})

test('T8: with a new token the old one is refused', async () => {
  const world = startWorld()
  world.control.number(demo.phoneNumberId, { token: 'fresh' })
  expect(errorOf(await world.send(hello))).toMatchObject({ code: 190 })
  expect(wamidOf(await world.send(hello, { token: 'fresh' }))).toStartWith('wamid.')
})

test("a number's throughput is held: its burst passes, more is 130429", async () => {
  const world = startWorld()
  world.control.number(demo.phoneNumberId, { throughput: 1 })
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, i) => world.send({ ...hello, to: `5730100000${10 + i}` })),
  )
  const refused = results.filter((result) => result.kind === 'answered' && result.status !== 200)
  // A burst of twenty, and one for each second that the test takes.
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThanOrEqual(10)
  expect(errorOf(refused[0] ?? { kind: 'not_sent', reason: '' })).toMatchObject({
    status: 429,
    code: 130429,
    isTransient: true,
  })
  expect(world.control.counters()).toMatchObject({ overThroughput: refused.length, refused: refused.length })
})

test('one customer takes a burst of 45, then 131056', async () => {
  const world = startWorld()
  world.control.number(demo.phoneNumberId, { throughput: 10_000 })
  const codes = await Promise.all(
    Array.from({ length: 47 }, async () => {
      const result = await world.send(hello)
      return result.kind === 'answered' && result.status === 200 ? 200 : errorOf(result).code
    }),
  )
  expect(codes.filter((code) => code === 200)).toHaveLength(45)
  expect(codes.filter((code) => code === 131056)).toHaveLength(2)
})

test('rates can be switched off', async () => {
  const world = startWorld({ settings: { rates: false } })
  world.control.number(demo.phoneNumberId, { throughput: 1 })
  const results = await Promise.all(Array.from({ length: 60 }, () => world.send(hello)))
  expect(results.every((result) => result.kind === 'answered' && result.status === 200)).toBe(true)
})

test('M15: free text into a closed window fails by status, or by answer when set so', async () => {
  const world = startWorld()
  const wamid = wamidOf(await world.send(text))
  const [status] = await world.untilStatus(wamid, 'failed')
  expect(status?.errors).toMatchObject([{ code: 131047, title: 'Re-engagement message' }])
  world.control.settings({ closedWindow: 'answer' })
  expect(errorOf(await world.send(text))).toMatchObject({ code: 131047 })
  world.control.write({ phoneNumberId: demo.phoneNumberId, waId: demo.customer, text: 'hola' })
  expect(wamidOf(await world.send(text))).toStartWith('wamid.')
})

test('the number and its account tell about themselves, also by chosen fields', async () => {
  const { url, control } = startWorld()
  const get = async (path: string) =>
    (await fetch(`${url}/v22.0/${path}`, { headers: { authorization: `Bearer ${demo.token}` } })).json()
  control.number(demo.phoneNumberId, { quality: 'YELLOW', throughput: 1_000 })
  expect(await get(`${demo.phoneNumberId}?fields=quality_rating,throughput`)).toEqual({
    id: demo.phoneNumberId,
    quality_rating: 'YELLOW',
    throughput: { level: 'HIGH' },
  })
  expect(await get(`${demo.wabaId}/phone_numbers`)).toMatchObject({
    data: [{ display_phone_number: '+57 300 000 0001' }],
  })
})
