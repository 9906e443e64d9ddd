/** The gateway before the real tenancy: signing in, companies, keys, the app snapshot and revocations, end to end. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { signPayload } from '@palomar/cloud-api'
import { keyScopesForbidden, newId, rolePermissions } from '@palomar/contracts'
import { loadConfig } from '@palomar/runtime'
import {
  eventually,
  freePort,
  type ServiceProcess,
  silentLogger,
  startService,
  type TestBus,
  type TestDatabase,
  testBus,
  testDatabase,
} from '@palomar/testkit'
import { gatewayConfig, type Service, start } from '../src/index.ts'
import { bodies, queries } from './samples.ts'

const key = () => randomBytes(32).toString('base64')
const admin = { email: 'admin@palomar.test', password: 'first-platform-admin' }

let nats: TestBus
let database: TestDatabase
let tenancy: ServiceProcess
let gateway: Service
let adminToken = ''

beforeAll(async () => {
  ;[nats, database] = await Promise.all([testBus(), testDatabase('tenancy')])
  const appSecretsKey = `k:${key()}`
  const grpcPort = await freePort()
  const natsOf = (user: 'tenancy' | 'gateway') => {
    const { servers, user: name, pass } = nats.login(user)
    return { NATS_URL: servers, NATS_USER: name, NATS_PASSWORD: pass }
  }
  tenancy = await startService('tenancy', {
    ...natsOf('tenancy'),
    DATABASE_URL: database.urlFor('tenancy'),
    GRPC_PORT: String(grpcPort),
    MASTER_KEYS: `m:${key()}`,
    APP_SECRETS_KEY: appSecretsKey,
    SIGNING_KEY_SEED: key(),
    SERVICE_SECRETS: JSON.stringify({ gateway: 'the secret of the gateway' }),
    SEED_ADMIN_EMAIL: admin.email,
    SEED_ADMIN_PASSWORD: admin.password,
  })
  const nobody = '127.0.0.1:1'
  const config = loadConfig(gatewayConfig, {
    ...natsOf('gateway'),
    SERVICE_SECRET: 'the secret of the gateway',
    TENANCY_ADDRESS: `127.0.0.1:${grpcPort}`,
    INBOX_ADDRESS: nobody,
    DISPATCHER_ADDRESS: nobody,
    INGEST_ADDRESS: nobody,
    MEDIA_ADDRESS: nobody,
    ANALYTICS_ADDRESS: nobody,
    AUTOMATION_ADDRESS: nobody,
    APP_SECRETS_KEY: appSecretsKey,
    LOGIN_ATTEMPTS_MAX: '1000',
    STOP_GRACE_MS: '0',
  })
  gateway = await start(config, { logger: silentLogger })
  await eventually(async () => {
    expect((await fetch(`http://127.0.0.1:${gateway.ports.admin}/readyz`)).status).toBe(200)
  })
  adminToken = String((await api('POST', '/v1/auth/login', { body: admin })).body.access_token)
  // Numbers belong to the default app unless they say otherwise.
  const app = { name: 'Default', slug: 'default', meta_app_id: '7', app_secret: 'default-secret' }
  expect((await api('POST', '/v1/apps', { token: adminToken, body: app })).status).toBe(201)
}, 60_000)
afterAll(async () => {
  await gateway?.stop()
  await tenancy?.stop()
  await nats?.stop()
  await database?.drop()
})

interface Options {
  token?: string
  body?: unknown
  tenant?: string
  requestId?: string
}

async function api(method: string, path: string, { token, body, tenant, requestId }: Options = {}) {
  const answer = await fetch(`http://127.0.0.1:${gateway.ports.http}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(tenant ? { 'x-tenant-id': tenant } : {}),
      ...(requestId ? { 'x-request-id': requestId } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it asked for
  return { status: answer.status, text, body: (text === '' ? {} : JSON.parse(text)) as any }
}

let companies = 0
async function company() {
  const email = `admin${++companies}@acme.test`
  const made = await api('POST', '/v1/companies', {
    token: adminToken,
    body: {
      name: `Acme ${companies}`,
      language: 'es',
      time_zone: 'America/Bogota',
      country: 'CO',
      admin: { email, name: 'Ana', password: 'a long password' },
    },
  })
  expect(made.status).toBe(201)
  const login = await api('POST', '/v1/auth/login', { body: { email, password: 'a long password' } })
  expect(login.status).toBe(200)
  return {
    id: made.body.id as string,
    email,
    token: login.body.access_token as string,
    refresh: login.body.refresh_token as string,
  }
}

const numberBody = (phoneNumberId: string) => ({
  name: 'Ventas',
  phone_number_id: phoneNumberId,
  display_phone_number: '+57 300 123 4567',
  meta_waba_id: `9${phoneNumberId}`,
  meta_business_id: `8${phoneNumberId}`,
  access_token: 'EAAG',
})

test('T1 T2 T6: a platform admin makes a company; its own admin signs in and sees only that one', async () => {
  const one = await company()
  const me = await api('GET', '/v1/me', { token: one.token })
  expect(me.body).toMatchObject({
    user: { email: one.email, role: 'tenant_admin' },
    tenant: { id: one.id },
    memberships: [{ tenant_id: one.id }],
  })
  expect((await api('GET', `/v1/companies/${one.id}`, { token: one.token })).status).toBe(200)
  expect((await api('GET', '/v1/companies', { token: one.token })).status).toBe(403)
})

test('T2 T4: what another company has is the same bytes as what nobody has', async () => {
  const mine = await company()
  const other = await company()
  const made = await api('POST', '/v1/numbers', { token: mine.token, body: numberBody('4100') })
  expect(made.status).toBe(201)
  const { id } = made.body
  const missing = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0')
  for (const [method, suffix, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['POST', '/pause', undefined],
    ['DELETE', '', undefined],
  ] as const) {
    const foreign = await api(method, `/v1/numbers/${id}${suffix}`, {
      token: other.token,
      body,
      requestId: 'same',
    })
    const none = await api(method, `/v1/numbers/${missing}${suffix}`, {
      token: other.token,
      body,
      requestId: 'same',
    })
    expect(foreign.status).toBe(404)
    expect(foreign.text).toBe(none.text)
  }
  expect((await api('GET', `/v1/numbers/${id}`, { token: mine.token })).body).toMatchObject({
    id,
    state: 'active',
    daily_quota: 0,
  })
})

test('T9 T1: a platform admin adds a number to a company by naming it', async () => {
  const one = await company()
  const made = await api('POST', '/v1/numbers', {
    token: adminToken,
    tenant: one.id,
    body: numberBody('4200'),
  })
  expect(made.status).toBe(201)
  const listed = await api('GET', '/v1/numbers', { token: one.token })
  expect(listed.body.data.map((number: { id: string }) => number.id)).toEqual([made.body.id])
  const taken = await api('POST', '/v1/numbers', {
    token: adminToken,
    tenant: (await company()).id,
    body: numberBody('4200'),
  })
  expect(taken.status).toBe(409)
})

test('CONTRACTS 14: a new app takes deliveries at once, a rotated secret too, a removed app no more', async () => {
  const deliver = (secret: string) => {
    const body = '{"object":"whatsapp_business_account","entry":[]}'
    return fetch(`http://127.0.0.1:${gateway.ports.http}/webhooks/whatsapp/fresh`, {
      method: 'POST',
      body,
      headers: { 'x-hub-signature-256': signPayload(body, secret) },
    }).then(({ status }) => status)
  }
  const made = await api('POST', '/v1/apps', {
    token: adminToken,
    body: {
      name: 'Fresh',
      slug: 'fresh',
      meta_app_id: '77',
      app_secret: 'secret-one',
      verify_token: 'shake',
    },
  })
  expect(made.status).toBe(201)
  expect(await deliver('secret-one')).toBe(200)
  const url = `http://127.0.0.1:${gateway.ports.http}/webhooks/whatsapp/fresh?hub.mode=subscribe&hub.verify_token=shake&hub.challenge=42`
  expect(await (await fetch(url)).text()).toBe('42')
  await api('POST', `/v1/apps/${made.body.id}/rotate-secret`, {
    token: adminToken,
    body: { app_secret: 'secret-two' },
  })
  await eventually(async () => expect(await deliver('secret-two')).toBe(200))
  expect(await deliver('secret-one')).toBe(200)
  expect(await deliver('none')).toBe(401)
  expect((await api('DELETE', `/v1/apps/${made.body.id}`, { token: adminToken })).status).toBe(204)
  await eventually(async () => expect(await deliver('secret-two')).toBe(404))
})

test('T3 T7: a key reaches what its scopes name and nothing else, shows once, and is dead when revoked', async () => {
  const one = await company()
  const made = await api('POST', '/v1/api-keys', {
    token: one.token,
    body: { name: 'bot', scopes: ['numbers:read'] },
  })
  expect(made.status).toBe(201)
  const { id, secret } = made.body
  expect((await api('GET', '/v1/numbers', { token: secret })).status).toBe(200)
  expect((await api('GET', '/v1/users', { token: secret })).status).toBe(403)
  expect((await api('GET', '/v1/api-keys', { token: one.token })).text).not.toContain(secret)
  expect((await api('DELETE', `/v1/api-keys/${id}`, { token: one.token })).status).toBe(200)
  await eventually(
    async () => expect((await api('GET', '/v1/numbers', { token: secret })).status).toBe(401),
    { timeoutMs: 5_000 },
  )
})

test('T3: a key with every scope that it may have sends and reads, and is refused on users, tokens and settings, by each operation of the document', async () => {
  const one = await company()
  const scopes = rolePermissions.tenant_admin.filter((scope) => !keyScopesForbidden.includes(scope))
  const made = await api('POST', '/v1/api-keys', { token: one.token, body: { name: 'bot', scopes } })
  expect(made.status).toBe(201)
  for (const scope of keyScopesForbidden) {
    const body = { name: 'bot', scopes: [scope] }
    expect((await api('POST', '/v1/api-keys', { token: one.token, body })).status).toBe(422)
  }
  const { body: document } = await api('GET', '/openapi.json')
  const operations = Object.entries(
    document.paths as Record<string, Record<string, { 'x-permission'?: string }>>,
  )
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        key: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: `${path.replace(/\{\w+\}/g, 'x')}${queries[`${method.toUpperCase()} ${path}`] ?? ''}`,
        permission: operation['x-permission'] ?? '',
      })),
    )
    .filter(({ permission }) => permission !== 'public' && permission !== 'authenticated')
  const refused: string[] = []
  for (const { key, method, path, permission } of operations) {
    const body = bodies[key]
    const { status } = await api(method, path, {
      token: made.body.secret,
      ...(body === undefined ? {} : { body }),
    })
    // Beyond the permission it may be not found, or a service that is not here; never a lack of rights.
    expect(`${key} ${status === 403}`).toBe(`${key} ${!(scopes as string[]).includes(permission)}`)
    expect(`${key} ${status}`).not.toBe(`${key} 401`)
    if (status === 403) refused.push(key)
  }
  const settings =
    /^\w+ \/v1\/(users|api-keys|audit|apps|rules|webhook-endpoints|webhook-deliveries)|^(POST|PATCH|DELETE) \/v1\/(companies|numbers|portfolios|wabas)/
  // Asks Meta and changes nothing.
  const onlyAsks = 'POST /v1/numbers/{id}/health-check'
  const touching = operations
    .filter(({ key }) => settings.test(key) && key !== onlyAsks)
    .map(({ key }) => key)
  expect(touching.length).toBeGreaterThan(30)
  expect(touching.filter((key) => !refused.includes(key))).toEqual([])
  for (const key of [
    'POST /v1/messages',
    'GET /v1/messages',
    'GET /v1/messages/{id}',
    'GET /v1/conversations',
  ])
    expect(refused).not.toContain(key)
})

async function openSocket(token: string): Promise<{ code: () => number | undefined }> {
  const { body } = await api('POST', '/v1/live/tickets', { token })
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.ports.http}/v1/live?ticket=${body.ticket}`)
  let code: number | undefined
  socket.onclose = (event) => {
    code = event.code
  }
  await new Promise((resolve) => {
    socket.onmessage = resolve
  })
  return { code: () => code }
}

test('CONTRACTS 35 U4: signing out closes the socket and ends the token within 5 s', async () => {
  const one = await company()
  const socket = await openSocket(one.token)
  expect((await api('POST', '/v1/auth/logout', { body: { refresh_token: one.refresh } })).status).toBe(204)
  await eventually(() => expect(socket.code()).toBe(4001), { timeoutMs: 5_000 })
  await eventually(async () => expect((await api('GET', '/v1/me', { token: one.token })).status).toBe(401), {
    timeoutMs: 5_000,
  })
})

test('U4: a refresh token used twice ends its family, sockets included', async () => {
  const one = await company()
  const socket = await openSocket(one.token)
  const first = await api('POST', '/v1/auth/refresh', { body: { refresh_token: one.refresh } })
  expect(first.status).toBe(200)
  const reused = await api('POST', '/v1/auth/refresh', { body: { refresh_token: one.refresh } })
  expect(reused.status).toBe(401)
  expect(reused.body.code).toBe('refresh_reused')
  await eventually(() => expect(socket.code()).toBe(4001), { timeoutMs: 5_000 })
  expect(
    (await api('POST', '/v1/auth/refresh', { body: { refresh_token: first.body.refresh_token } })).status,
  ).toBe(401)
})

test('T6: a suspended company is 403 with its code within 5 s, its sockets closed; active again it works', async () => {
  const one = await company()
  const socket = await openSocket(one.token)
  expect((await api('POST', `/v1/companies/${one.id}/suspend`, { token: adminToken })).status).toBe(200)
  await eventually(
    async () => {
      const answer = await api('GET', '/v1/numbers', { token: one.token })
      expect(answer.status).toBe(403)
      expect(answer.body.code).toBe('company_suspended')
    },
    { timeoutMs: 5_000 },
  )
  await eventually(() => expect(socket.code()).toBe(4001), { timeoutMs: 5_000 })
  await api('POST', `/v1/companies/${one.id}/activate`, { token: adminToken })
  await eventually(
    async () => expect((await api('GET', '/v1/numbers', { token: one.token })).status).toBe(200),
    { timeoutMs: 5_000 },
  )
})

test('T5: a person of two companies chooses at login and switches', async () => {
  const a = await company()
  const b = await company()
  const guest = { email: 'guest@both.test', name: 'Gus', password: 'a long password', role: 'agent' }
  // Only the platform may join someone to a second company.
  expect((await api('POST', '/v1/users', { token: a.token, body: guest })).status).toBe(201)
  expect((await api('POST', '/v1/users', { token: b.token, body: guest })).status).toBe(409)
  expect((await api('POST', '/v1/users', { token: adminToken, tenant: b.id, body: guest })).status).toBe(201)
  const credentials = { email: guest.email, password: guest.password }
  const undecided = await api('POST', '/v1/auth/login', { body: credentials })
  expect(undecided.body).toMatchObject({ access_token: null, user: null })
  expect(undecided.body.memberships.map((one: { tenant_id: string }) => one.tenant_id).sort()).toEqual(
    [a.id, b.id].sort(),
  )
  const inA = await api('POST', '/v1/auth/login', { body: { ...credentials, tenant_id: a.id } })
  expect(inA.body.tenant.id).toBe(a.id)
  const inB = await api('POST', '/v1/auth/switch', {
    token: inA.body.access_token,
    body: { tenant_id: b.id },
  })
  expect(inB.body.tenant.id).toBe(b.id)
  expect((await api('GET', '/v1/me', { token: inB.body.access_token })).body.tenant.id).toBe(b.id)
  const stranger = await company()
  const switchTo = (tenantId: string) =>
    api('POST', '/v1/auth/switch', {
      token: inA.body.access_token,
      body: { tenant_id: tenantId },
      requestId: 'same',
    })
  const refused = await switchTo(stranger.id)
  expect(refused.status).toBe(403)
  expect((await switchTo(newId('tenant'))).text).toBe(refused.text)
})

test('X2: what was done is in the audit log of the company', async () => {
  const one = await company()
  await api('POST', '/v1/numbers', { token: one.token, body: numberBody('4300') })
  const { body } = await api('GET', '/v1/audit', { token: one.token })
  expect(body.data.map((entry: { action: string }) => entry.action)).toContain('number.created')
})

test('T9: live frames of a number have the same shape as the number that the API answers', async () => {
  const one = await company()
  const made = await api('POST', '/v1/numbers', { token: one.token, body: numberBody('4400') })
  const { body } = await api('POST', '/v1/live/tickets', { token: one.token })
  const heard: { type: string; kind?: string; data?: Record<string, unknown> }[] = []
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.ports.http}/v1/live?ticket=${body.ticket}`)
  socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)))
  await eventually(() => expect(heard[0]?.type).toBe('hello'))
  await api('POST', `/v1/numbers/${made.body.id}/pause`, { token: one.token })
  await eventually(() => expect(heard.at(-1)?.kind).toBe('number.updated'))
  const read = await api('GET', `/v1/numbers/${made.body.id}`, { token: one.token })
  expect(heard.at(-1)?.data).toEqual(read.body)
  socket.close()
})
