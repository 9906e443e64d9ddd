import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Collector, collector, eventually } from '@palomar/testkit'
import { Product, unclaimed } from '../product.ts'

const demoNumber = '100000000000001'
/** Who writes and is written to, and what is said. */
const phone = '573009871234'
const stranger = '573009875678'
const text = 'jacaranda-plantada'
/** What the broken handler chokes on. */
const poison = 'veneno-plantado'
const password = 'Contrasena-Plantada-77'
const appSecret = 'secreto-de-app-plantado'
const graphToken = 'EAAplantado0123456789abcdefXYZ'
const badKey = 'pk_llave_plantada_0123456789'

let spans: Collector
let product: Product
let admin: string
let platform: string
let demoNumberId: string
/** What must be nowhere, by what it is. */
const planted: Record<string, string> = {
  'message text': text,
  'text of a dead letter': poison,
  'a phone number': phone,
  'a phone number without its country': phone.slice(2),
  'a recipient that was refused': stranger,
  'a password': password,
  'an app secret': appSecret,
  'a Meta token': graphToken,
  'a Meta token of another form': unclaimed[0].token,
  'a key nobody has': badKey,
}

beforeAll(async () => {
  spans = collector()
  product = await Product.start(
    {},
    { env: { every: { OTEL_EXPORTER_OTLP_ENDPOINT: spans.url, LOG_LEVEL: 'debug' } } },
  )
  platform = await product.platformToken()
  admin = await product.demoAdminToken()
  const { secrets } = product.demo.settings
  Object.assign(planted, {
    'an access token': admin,
    'the demo’s API key': product.demo.apiKey,
    'the demo’s app secret': secrets.appSecret,
    'the demo’s verify token': secrets.verifyToken,
    'the demo’s Meta token': secrets.graphToken,
    'the demo’s password': secrets.loginPassword,
    'the password of a role': secrets.roles.palomar_inbox,
    'the password of a NATS user': secrets.nats.inbox,
    'a service’s secret': secrets.services.inbox,
  })
  demoNumberId = (await product.must('GET', '/v1/numbers', { token: admin })).data[0].id
}, 180_000)
afterAll(async () => {
  await product?.stop()
  await spans?.stop()
}, 60_000)

const send = (body: Record<string, unknown>, token: string | undefined = admin) =>
  product.call('POST', '/v1/messages', { token, body: { number_id: demoNumberId, ...body } })
const says = (body: string) => ({ type: 'text', text: { body } })
const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }

async function stateOf(id: string): Promise<string> {
  return (await product.must('GET', `/v1/messages/${id}`, { token: admin })).state
}

/** Both directions as they should be. */
async function talk(): Promise<void> {
  await product.write(demoNumber, phone, `hola, ${text}`)
  await eventually(async () => {
    const { text: shown } = await product.call('GET', '/v1/messages', { token: admin })
    expect(shown).toContain(text)
  })
  const answered = await send({ to: phone, ...says(`respuesta ${text}`) })
  const byKey = await send({ to: `+${phone}`, ...template }, product.demo.apiKey)
  expect([answered.status, byKey.status]).toEqual([202, 202])
  for (const { json } of [answered, byKey])
    await eventually(async () => expect(['delivered', 'read']).toContain(await stateOf(json.id)))
}

/** Sends that Meta refuses, and that we do. */
async function failToSend(): Promise<void> {
  expect((await send({ to: stranger, ...says(text) })).status).toBe(422)
  expect((await send({ to: phone, ...says(`${text}${'x'.repeat(5_000)}`) })).status).toBe(422)
  expect((await send({ to: phone, type: 'telegram', text: { body: text } })).status).toBe(422)
  expect((await send({ to: `x${phone}x`, ...says(text) })).status).toBe(422)
  await product.control('customers', { wa_id: stranger, on_whatsapp: false })
  await product.control('faults', { somethingWrong: 0.5 })
  const failing = await send({ to: stranger, ...template })
  expect(failing.status).toBe(202)
  await eventually(async () => expect(await stateOf(failing.json.id)).toBe('failed'), { timeoutMs: 30_000 })
  await product.control('faults', { somethingWrong: 0 })
}

/** What strangers and the careless send to the API. */
async function misuseApi(): Promise<void> {
  const wrong = [
    await product.call('POST', '/v1/auth/login', { body: { email: 'ana@palomar.demo', password } }),
    await product.call('POST', '/v1/auth/login', { body: `{"password":"${password}", ${text}` }),
    await product.call('POST', '/v1/auth/refresh', { body: { refresh_token: badKey } }),
    await product.call('GET', '/v1/messages', { token: badKey }),
    await product.call('POST', '/v1/messages', { token: admin, body: `{"to":"${phone}","text":"${text}` }),
    await product.call('POST', '/v1/users', {
      token: admin,
      body: { email: text, name: 'x', role: text, password, telefono: phone },
    }),
    await product.call('POST', '/v1/numbers', {
      token: admin,
      body: { name: 'x', phone_number_id: phone.slice(0, 3), access_token: `${graphToken} y más` },
    }),
    await product.call('POST', '/v1/apps', {
      token: platform,
      body: { name: 'x', slug: 'A B', app_secret: appSecret },
    }),
  ]
  expect(wrong.map(({ status }) => status)).toEqual([401, 400, 401, 401, 400, 422, 422, 422])
  await product.must('POST', '/v1/apps', {
    token: platform,
    body: { name: 'Otra', slug: 'otra', meta_app_id: '777', app_secret: appSecret, verify_token: badKey },
  })
  const company = await product.addCompany(platform, 'Con token plantado')
  const number = await product.addNumber(company.token, unclaimed[0])
  await product.must('PATCH', `/v1/numbers/${number.id}`, {
    token: company.token,
    body: { access_token: graphToken },
  })
  planted['a password of a company’s admin'] = company.password
}

/** Webhooks that are not Meta's, or that nothing can be made of. */
async function misuseWebhooks(): Promise<void> {
  const body = `{"object":"whatsapp_business_account","entry":[{"text":"${text}","from":"${phone}"`
  expect((await product.webhook(body)).status).toBe(200)
  expect((await product.webhook(body, { 'x-hub-signature-256': `sha256=${appSecret}` })).status).toBe(401)
  const handshake = `?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${badKey}`
  expect((await product.call('GET', `/webhooks/whatsapp${handshake}`)).status).toBe(403)
  planted['a signature'] = createHmac('sha256', product.demo.settings.secrets.appSecret)
    .update(body)
    .digest('hex')
}

/** Postgres refuses one message, quoting the whole row in its error: the event becomes a dead letter. */
async function makeDeadLetter(): Promise<{ reason: string; kind: string }[]> {
  await product.asSuperuser((sql) =>
    sql.unsafe(
      `alter table inbox.messages add constraint refuses_poison check (content::text not like '%${poison}%') not valid`,
    ),
  )
  await product.write(demoNumber, phone, `${poison} ${text}`)
  return eventually(
    async () => {
      const { data } = await product.must('GET', '/v1/dead-letters', { token: platform })
      expect(data.length).toBeGreaterThan(0)
      return data
    },
    { timeoutMs: 30_000 },
  )
}

/** Where something planted stands, with what is around it. */
function hitsIn(where: string, haystack: string): string[] {
  return Object.entries(planted).flatMap(([what, needle]) => {
    const at = haystack.indexOf(needle)
    return at < 0
      ? []
      : [`${what} in ${where}: …${haystack.slice(Math.max(0, at - 160), at + needle.length + 40)}…`]
  })
}

/** Every log of the folder: of our processes, and of Postgres, NATS and Redis. */
function logFiles(): string[] {
  const { folder } = product.demo.settings.options
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(^|[./-])log$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('with planted text, tokens, passwords and phone numbers in every direction', () => {
  let dead: { reason: string; kind: string }[]

  beforeAll(async () => {
    await talk()
    await failToSend()
    await misuseApi()
    await misuseWebhooks()
    dead = await makeDeadLetter()
  }, 120_000)

  test('O16 X1: no log file has any of it, at the level debug', () => {
    const files = logFiles()
    expect(files.map((file) => file.split('/').at(-1))).toEqual(
      expect.arrayContaining(['gateway.log', 'tenancy.log', 'ingest.log', 'inbox.log', 'dispatcher.log']),
    )
    expect(files.flatMap((file) => hitsIn(file, readFileSync(file, 'utf8')))).toEqual([])
    // What happened is in them all the same, and the search can find.
    expect(readFileSync(files.find((file) => file.endsWith('postgres.log')) ?? '', 'utf8')).toContain(
      'refuses_poison',
    )
    expect(product.logs().get('gateway.log')).toContain('"route":"/v1/messages"')
  })

  test('O16 X1: no span has any of it', async () => {
    await eventually(() => expect(spans.spans().some(({ name }) => name === 'graph send')).toBe(true))
    expect(spans.spans().length).toBeGreaterThan(50)
    expect(hitsIn('a span', JSON.stringify(spans.spans()))).toEqual([])
  })

  test('O16 X1: no dead letter says any of it; only its original bytes, which no list shows, hold the event', () => {
    expect(dead.map(({ reason }) => reason)).toEqual(['a value that Postgres refuses (23514)'])
    expect(hitsIn('a dead letter', JSON.stringify(dead))).toEqual([])
  })

  test('O16 X1: no error answer repeats any of it, and the search finds it where it belongs', async () => {
    expect(product.errors.length).toBeGreaterThan(10)
    const { text: shown } = await product.call('GET', '/v1/messages', { token: admin })
    expect(hitsIn('what its company reads', shown)).not.toEqual([])
    expect(product.errors.flatMap(({ text: body, status }) => hitsIn(`an answer ${status}`, body))).toEqual(
      [],
    )
  })

  test('X1: no table holds a token, an app secret or a password in clear', async () => {
    const tables = await product.asSuperuser(
      (sql) => sql<{ name: string }[]>`
        select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname in ('tenancy', 'ingest', 'inbox', 'dispatcher', 'media', 'analytics', 'automation')`,
    )
    const { 'message text': _t, 'text of a dead letter': _d, ...secrets } = planted
    const clear = Object.entries(secrets).filter(
      // Contacts have their phone numbers; a verify token is shown to admins.
      ([what]) => !/phone number|recipient|verify token|key nobody has/.test(what),
    )
    const hits: string[] = []
    for (const { name } of tables) {
      const rows = await product.asSuperuser((sql) => sql.unsafe(`select t::text as row from ${name} t`))
      const all = rows.map((row) => String(row.row)).join('\n')
      for (const [what, needle] of clear) {
        const hex = Buffer.from(needle).toString('hex')
        if (all.includes(needle) || all.includes(hex)) hits.push(`${what} in ${name}`)
      }
    }
    expect(tables.length).toBeGreaterThan(20)
    expect(hits).toEqual([])
  })
})
