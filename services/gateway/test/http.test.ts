import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { createLogger } from '@palomar/runtime'
import { eventually } from '@palomar/testkit'
import { type Gateway, startWorld, type World } from './fixture.ts'

let world: World
let gateway: Gateway

beforeAll(async () => {
  world = await startWorld()
  gateway = await world.gateway({
    ALLOWED_ORIGINS: 'https://panel.acme.test, https://other.test',
    TRUSTED_PROXY_HOPS: '1',
    LOGIN_ATTEMPTS_MAX: '5',
  })
})
afterAll(() => world.stop())

const problemOf = async (answer: Response) =>
  (await answer.json()) as Record<string, unknown> & { errors: { path: string; code: string }[] }

describe('answers', () => {
  test('H1: a path that is not there is 404, a method it does not take 405 with those it does', async () => {
    const missing = await gateway.call('GET', '/v1/nothing')
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toBe('application/problem+json')
    const wrong = await gateway.call('DELETE', '/v1/companies')
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'POST'])
    expect(await problemOf(wrong)).toMatchObject({ code: 'method_not_allowed', errors: [] })
    expect((await gateway.call('PUT', `/v1/numbers/${newId('number')}`)).status).toBe(405)
    expect((await gateway.call('GET', '/')).status).toBe(404)
  })

  test('H3: the request id is echoed on every answer, made when missing, and never one that could break a log line', async () => {
    const given = await gateway.call('GET', '/v1/me', { headers: { 'x-request-id': 'abc-1:2' } })
    expect(given.headers.get('x-request-id')).toBe('abc-1:2')
    expect(await problemOf(given)).toMatchObject({ request_id: 'abc-1:2' })
    for (const odd of ['a b', 'x'.repeat(200), '<script>']) {
      const answer = await gateway.call('GET', '/v1/me', { headers: { 'x-request-id': odd } })
      expect(answer.headers.get('x-request-id')).toStartWith('req_')
    }
  })

  test('H3 O16: every request is one log line with the id, the caller and the code, and no query or body', async () => {
    const lines: string[] = []
    const logging = await world.gateway(
      {},
      createLogger({ service: 'gateway', write: (line) => lines.push(line) }),
    )
    const { token, identity } = world.stubs.person({ lacking: 'contacts:read' })
    await logging.call('GET', '/v1/contacts?query=ana', { token, headers: { 'x-request-id': 'quoted-1' } })
    await logging.call('GET', '/v1/nothing', { headers: { 'x-request-id': 'quoted-2' } })
    const of = (id: string) => lines.map((line) => JSON.parse(line)).filter((line) => line.request_id === id)
    expect(of('quoted-1')).toHaveLength(1)
    expect(of('quoted-1')[0]).toMatchObject({
      msg: 'request',
      method: 'GET',
      route: '/v1/contacts',
      status: 403,
      code: 'forbidden',
      tenant_id: identity.tenantId,
      actor_id: identity.actorId,
    })
    expect(of('quoted-2')[0]).toMatchObject({ status: 404 })
    expect(lines.join()).not.toContain('ana')
    expect(lines.join()).not.toContain(token)
    await logging.service.stop()
  })

  test('H3: services see the request id of the request', async () => {
    const { token } = world.stubs.person()
    await gateway.call('GET', '/v1/contacts', { token, headers: { 'x-request-id': 'traced-1' } })
    expect(world.stubs.seen.findLast(({ method }) => method === 'listContacts')?.requestId).toBe('traced-1')
  })

  test('C12 N8: nothing of the API is stored by anyone, sniffed, framed or run', async () => {
    const { token } = world.stubs.person()
    for (const answer of [
      await gateway.call('GET', '/v1/me', { token }),
      await gateway.call('GET', '/v1/me'),
    ]) {
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('x-frame-options')).toBe('DENY')
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(answer.headers.get('strict-transport-security')).toContain('max-age')
    }
  })

  test('R3: a service that is away is 503 with Retry-After, and its words stay inside', async () => {
    const own = await startWorld()
    const front = await own.gateway()
    const { token } = own.stubs.person()
    await own.stubs.stopService('inbox')
    const answer = await front.call('GET', '/v1/conversations', { token })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await answer.text()).not.toMatch(/127\.0\.0\.1|ECONN|grpc/i)
    await own.stop()
  })

  test('an error that nobody expected is 500 and its text stays inside', async () => {
    world.stubs.special.listContacts = async () => {
      throw new Error('select * from secrets')
    }
    const { token } = world.stubs.person()
    const answer = await gateway.call('GET', '/v1/contacts', { token })
    delete world.stubs.special.listContacts
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secrets')
  })

  test('O2: health', async () => {
    const answer = await gateway.call('GET', '/health')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'ok' })
  })

  test('O3: latency by route, method and status is a metric, and an invented path or method makes no series', async () => {
    await gateway.call('GET', `/v1/numbers/${newId('number')}`)
    await gateway.call('GET', '/v1/made-up-path')
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
    expect(text).toMatch(/http_request_seconds_count\{[^}]*route="\/v1\/numbers\/:id"[^}]*status="401"/)
    expect(text).not.toContain('made-up-path')
  })
})

describe('credentials', () => {
  test('U3 U10: an access token, or an API key by either header', async () => {
    const { token, identity } = world.stubs.person()
    world.stubs.identities.set('pk_live_1', { ...identity, actorId: newId('apiKey') })
    expect((await gateway.call('GET', '/v1/me', { token })).status).toBe(200)
    expect((await gateway.call('GET', '/v1/me', { token: 'pk_live_1' })).status).toBe(200)
    expect((await gateway.call('GET', '/v1/me', { headers: { 'x-api-key': 'pk_live_1' } })).status).toBe(200)
  })

  test('U10: other schemes, empty and enormous credentials are 401', async () => {
    for (const authorization of [
      'Basic YTpi',
      'Bearer',
      'Bearer ',
      'bearer',
      `Bearer ${'x'.repeat(9_000)}`,
      'x',
    ]) {
      expect((await gateway.call('GET', '/v1/me', { headers: { authorization } })).status).toBe(401)
    }
    expect((await gateway.call('GET', '/v1/me', { headers: { 'x-api-key': '' } })).status).toBe(401)
  })

  test('CONTRACTS 35: a credential is exchanged once in 30 s, however many requests come with it', async () => {
    const { token } = world.stubs.person()
    const before = world.stubs.seen.length
    await Promise.all(Array.from({ length: 20 }, () => gateway.call('GET', '/v1/live/none', { token })))
    await Promise.all(Array.from({ length: 20 }, () => gateway.call('GET', '/v1/contacts', { token })))
    const exchanges = world.stubs.seen.slice(before).filter(({ method }) => method === 'exchangeCredential')
    expect(exchanges).toHaveLength(1)
  })

  test('T1: a platform admin acts in the company of X-Tenant-Id: the tokens and the requests name it', async () => {
    const admin = world.stubs.person({ role: 'platform_admin' })
    const company = newId('tenant')
    for (const [path, method] of [
      ['/v1/numbers', 'listNumbers'],
      ['/v1/conversations', 'listConversations'],
    ] as const) {
      for (const how of [{ headers: { 'x-tenant-id': company } }, { query: `?tenant_id=${company}` }]) {
        const answer = await gateway.call('GET', `${path}${'query' in how ? how.query : ''}`, {
          token: admin.token,
          ...how,
        })
        expect(answer.status).toBe(200)
        const seen = world.stubs.seen.findLast((one) => one.method === method)
        expect(seen?.tenantId).toBe(company)
        if (method === 'listNumbers') expect(seen?.request.tenantId).toBe(company)
      }
    }
    const own = await gateway.call('GET', '/v1/numbers', { token: admin.token })
    expect(own.status).toBe(200)
    expect(world.stubs.seen.at(-1)?.tenantId).toBe(admin.identity.tenantId)
  })

  test('T2: anyone else who names another company is refused', async () => {
    const { token } = world.stubs.person()
    const answer = await gateway.call('GET', '/v1/numbers', {
      token,
      headers: { 'x-tenant-id': newId('tenant') },
    })
    expect(answer.status).toBe(403)
    const odd = await gateway.call('GET', '/v1/numbers', { token, headers: { 'x-tenant-id': 'ten_none' } })
    expect(odd.status).toBe(404)
  })

  test('T5: /v1/me names the person, what they may do, and where else they may go', async () => {
    const { token, identity } = world.stubs.person()
    world.stubs.special.listMemberships = async () => ({
      memberships: [
        { tenantId: identity.tenantId, tenantName: 'Acme', role: 'agent', tenantState: 'active' },
      ],
    })
    const answer = await gateway.call('GET', '/v1/me', { token })
    delete world.stubs.special.listMemberships
    expect(await answer.json()).toMatchObject({
      user: { id: identity.actorId, name: 'Ana' },
      tenant: { id: identity.tenantId, name: 'Acme' },
      memberships: [{ tenant_id: identity.tenantId, role: 'agent', state: 'active' }],
    })
  })
})

describe('signing in', () => {
  const attempt = (ip: string, body: unknown = { email: 'ana@acme.test', password: 'wrong' }) =>
    gateway.call('POST', '/v1/auth/login', { body, headers: { 'x-forwarded-for': `9.9.9.9, ${ip}` } })

  test('U11: five attempts per address in 15 minutes, right or wrong body alike; then 429 with Retry-After', async () => {
    world.stubs.special.login = async () => {
      throw appError('unauthenticated')
    }
    for (let i = 0; i < 4; i++) expect((await attempt('10.0.0.1')).status).toBe(401)
    expect((await attempt('10.0.0.1', { nonsense: true })).status).toBe(422)
    const blocked = await attempt('10.0.0.1')
    expect(blocked.status).toBe(429)
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(await problemOf(blocked)).toMatchObject({ code: 'rate_limited' })
    expect((await attempt('10.0.0.2')).status).toBe(401)
    delete world.stubs.special.login
  })

  test('U11: the address is the one our own proxy saw, not what the client claims', async () => {
    const seen: string[] = []
    world.stubs.special.login = async (request: { ip: string }) => {
      seen.push(request.ip)
      return { memberships: [] }
    }
    await attempt('10.0.0.3')
    delete world.stubs.special.login
    expect(seen).toEqual(['10.0.0.3'])
  })

  test('T5: someone of several companies gets the list and no tokens', async () => {
    world.stubs.special.login = async () => ({
      memberships: [
        { tenantId: newId('tenant'), tenantName: 'A', role: 'agent', tenantState: 'active' },
        { tenantId: newId('tenant'), tenantName: 'B', role: 'viewer', tenantState: 'active' },
      ],
    })
    const answer = await attempt('10.0.0.4')
    delete world.stubs.special.login
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      access_token: null,
      refresh_token: null,
      user: null,
      memberships: [{}, {}],
    })
  })

  test('U4: a refresh token that was used before is 401 with its own code', async () => {
    world.stubs.special.refresh = async () => {
      throw appError('refresh_reused')
    }
    const answer = await gateway.call('POST', '/v1/auth/refresh', { body: { refresh_token: 'old' } })
    delete world.stubs.special.refresh
    expect(answer.status).toBe(401)
    expect(await problemOf(answer)).toMatchObject({ code: 'refresh_reused' })
  })

  test('T7: an API key cannot be switched to another company', async () => {
    const { identity } = world.stubs.person()
    world.stubs.identities.set('pk_switch', identity)
    const answer = await gateway.call('POST', '/v1/auth/switch', {
      token: 'pk_switch',
      body: { tenant_id: newId('tenant') },
    })
    expect(answer.status).toBe(403)
  })
})

describe('limits', () => {
  test('C9 X5: a key makes as many requests per second as it may, then 429 with the limit in its headers', async () => {
    const own = await world.gateway({ RATE_PER_SECOND: '20' })
    const { identity } = world.stubs.person()
    world.stubs.identities.set('pk_default', { ...identity, actorId: newId('apiKey') })
    world.stubs.identities.set('pk_own', { ...identity, actorId: newId('apiKey'), ratePerSecond: 3 })
    const burst = async (token: string, n: number) =>
      Promise.all(Array.from({ length: n }, () => own.call('GET', '/v1/contacts', { token })))
    const answers = await burst('pk_default', 60)
    const throttled = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(20)
    expect(throttled.length).toBeGreaterThan(0)
    expect(throttled[0]?.headers.get('retry-after')).toBe('1')
    expect(throttled[0]?.headers.get('ratelimit-limit')).toBe('20')
    expect(throttled[0]?.headers.get('ratelimit-remaining')).toBe('0')
    const slow = await burst('pk_own', 30)
    expect(slow.find(({ status }) => status === 200)?.headers.get('ratelimit-limit')).toBe('3')
    expect(slow.some(({ status }) => status === 429)).toBe(true)
    await eventually(async () =>
      expect((await own.call('GET', '/v1/contacts', { token: 'pk_own' })).status).toBe(200),
    )
  })
})

describe('queries', () => {
  test('H4: what a list cannot be asked is 422 and names the parameter', async () => {
    const { token } = world.stubs.person({ role: 'platform_admin' })
    for (const [query, path] of [
      ['/v1/contacts?limit=0', 'limit'],
      ['/v1/contacts?limit=201', 'limit'],
      ['/v1/contacts?limit=x', 'limit'],
      ['/v1/contacts?unknown=1', 'unknown'],
      ['/v1/conversations?status=odd', 'status'],
      ['/v1/conversations?number_id=num_x', 'number_id'],
      ['/v1/conversations?unread=maybe', 'unread'],
      ['/v1/messages?direction=sideways', 'direction'],
      ['/v1/webhook-events?from=yesterday', 'from'],
      ['/v1/dead-letters?durable=nobody', 'durable'],
      ['/v1/dead-letters?cursor=x', 'cursor'],
      ['/v1/sessions/find', 'number_id'],
      [`/v1/contacts?cursor=${'x'.repeat(2_000)}`, 'cursor'],
    ]) {
      const answer = await gateway.call('GET', query as string, { token })
      expect(`${query} ${answer.status}`).toBe(`${query} 422`)
      expect((await problemOf(answer)).errors.map((error) => error.path)).toContain(path as string)
    }
  })

  test('lists hand on limit, cursor and filters, and answer with the next cursor', async () => {
    const { token } = world.stubs.person()
    const number = newId('number')
    world.stubs.special.listConversations = async () => ({ conversations: [], nextCursor: 'next' })
    const answer = await gateway.call(
      'GET',
      `/v1/conversations?limit=7&cursor=here&status=open&unread=true&number_id=${number}`,
      { token },
    )
    delete world.stubs.special.listConversations
    expect(await answer.json()).toEqual({ data: [], next_cursor: 'next' })
    expect(world.stubs.seen.findLast(({ method }) => method === 'listConversations')?.request).toMatchObject({
      page: { limit: 7, cursor: 'here' },
      status: 'open',
      unreadOnly: true,
      numberId: number,
    })
  })
})

describe('bodies', () => {
  const cases: [name: string, path: string, body: unknown, at: string][] = [
    [
      'an e-mail without @',
      '/v1/users',
      { email: 'ana', name: 'A', role: 'agent', password: 'long enough 1' },
      'email',
    ],
    [
      'a short password',
      '/v1/users',
      { email: 'a@b.co', name: 'A', role: 'agent', password: 'short' },
      'password',
    ],
    [
      'a role that is none',
      '/v1/users',
      { email: 'a@b.co', name: 'A', role: 'god', password: 'long enough 1' },
      'role',
    ],
    [
      'a name of spaces',
      '/v1/users',
      { email: 'a@b.co', name: '  ', role: 'agent', password: 'long enough 1' },
      'name',
    ],
    [
      'a name with a line break',
      '/v1/users',
      { email: 'a@b.co', name: 'a\nb', role: 'agent', password: 'long enough 1' },
      'name',
    ],
    [
      'U+0000 in a name',
      '/v1/users',
      { email: 'a@b.co', name: 'a\u0000b', role: 'agent', password: 'long enough 1' },
      'name',
    ],
    [
      'a time zone of nowhere',
      '/v1/companies',
      { name: 'A', language: 'es', time_zone: 'Mars/One', country: 'CO' },
      'time_zone',
    ],
    [
      'a language we do not speak',
      '/v1/companies',
      { name: 'A', language: 'fr', time_zone: 'UTC', country: 'CO' },
      'language',
    ],
    [
      'a country by its name',
      '/v1/companies',
      { name: 'A', language: 'es', time_zone: 'UTC', country: 'Colombia' },
      'country',
    ],
    [
      'a nested unknown field',
      '/v1/companies',
      {
        name: 'A',
        language: 'es',
        time_zone: 'UTC',
        country: 'CO',
        admin: { email: 'a@b.co', name: 'A', password: 'long enough 1', role: 'x' },
      },
      'admin.role',
    ],
    ['no scopes', '/v1/api-keys', { name: 'k', scopes: [] }, 'scopes'],
    ['a scope that is none', '/v1/api-keys', { name: 'k', scopes: ['messages:send', 'all'] }, 'scopes[1]'],
    [
      'a date that is none',
      '/v1/api-keys',
      { name: 'k', scopes: ['messages:send'], expires_at: 'soon' },
      'expires_at',
    ],
    [
      'a slug with capitals',
      '/v1/apps',
      { name: 'a', slug: 'Ours', meta_app_id: '1', app_secret: 'a secret'.replace(' ', '-') },
      'slug',
    ],
    [
      'both accounts',
      '/v1/numbers',
      {
        name: 'n',
        phone_number_id: '1',
        display_phone_number: '+573001234567',
        access_token: 't',
        waba_id: newId('waba'),
        meta_waba_id: '2',
      },
      'meta_waba_id',
    ],
    [
      'a phone number of letters',
      '/v1/numbers',
      {
        name: 'n',
        phone_number_id: '1',
        display_phone_number: 'call me',
        access_token: 't',
        meta_waba_id: '2',
      },
      'display_phone_number',
    ],
    [
      'a throughput of 0',
      '/v1/numbers',
      {
        name: 'n',
        phone_number_id: '1',
        display_phone_number: '+573001234567',
        access_token: 't',
        meta_waba_id: '2',
        throughput_per_second: 0,
      },
      'throughput_per_second',
    ],
    ['a session of nobody', '/v1/sessions', { number_id: newId('number') }, 'wa_id'],
    [
      'a span that ends before it starts',
      '/v1/webhook-events/replay',
      { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      'to',
    ],
    ['ids and all', '/v1/dead-letters/replay', { durable: 'inbox-ingest', ids: ['1'], all: true }, 'ids'],
  ]
  test.each(cases)('H4: %s is 422 and named', async (_name, path, body, at) => {
    const { token } = world.stubs.person({ role: 'platform_admin' })
    const answer = await gateway.call('POST', path, { token, body })
    expect(answer.status).toBe(422)
    const problem = await problemOf(answer)
    expect(problem).toMatchObject({ code: 'validation_failed', status: 422 })
    expect(problem.errors.map((error) => error.path)).toContain(at)
  })

  test('H4: all wrong fields are listed at once', async () => {
    const { token } = world.stubs.person()
    const answer = await gateway.call('POST', '/v1/users', {
      token,
      body: { email: 'x', role: 'y', more: 1 },
    })
    const paths = (await problemOf(answer)).errors.map((error) => error.path)
    expect(paths.sort()).toEqual(['email', 'more', 'name', 'role'])
  })

  test('X7: U+0000 in a query or a body is 422, and a megabyte of brackets 400', async () => {
    const { token } = world.stubs.person()
    const query = await gateway.call('GET', '/v1/contacts?query=a%00b', { token })
    expect(query.status).toBe(422)
    expect((await problemOf(query)).errors[0]?.path).toBe('query')
    const text = await gateway.call('POST', '/v1/messages', {
      token,
      body: { number_id: newId('number'), to: '573001234567', type: 'text', text: { body: 'a\u0000b' } },
    })
    expect(text.status).toBe(422)
    expect((await problemOf(text)).errors[0]?.path).toBe('text.body')
    const deep = await gateway.call('POST', '/v1/portfolios', { token, body: '['.repeat(900_000) })
    expect(deep.status).toBe(400)
  })

  test('a body that is no UTF-8 is 400', async () => {
    const { token } = world.stubs.person()
    const answer = await fetch(`${gateway.url}/v1/portfolios`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    })
    expect(answer.status).toBe(400)
  })
})

describe('browsers', () => {
  const preflight = (origin: string) =>
    gateway.call('OPTIONS', '/v1/messages', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })

  test('X6: an origin on the list may call, with credentials; its headers and methods are named', async () => {
    const answer = await preflight('https://panel.acme.test')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://panel.acme.test')
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect(answer.headers.get('access-control-allow-methods')).toContain(method)
    for (const header of [
      'Content-Type',
      'Authorization',
      'X-Requested-With',
      'Idempotency-Key',
      'X-Tenant-Id',
    ])
      expect(answer.headers.get('access-control-allow-headers')).toContain(header)
    const { token } = world.stubs.person()
    const real = await gateway.call('GET', '/v1/me', {
      token,
      headers: { origin: 'https://panel.acme.test' },
    })
    expect(real.headers.get('access-control-allow-origin')).toBe('https://panel.acme.test')
    expect(real.headers.get('vary')).toContain('Origin')
    expect(real.headers.get('access-control-expose-headers')).toContain('X-Request-Id')
  })

  test('X6: any other origin, however alike, gets nothing', async () => {
    for (const origin of [
      'https://panel.acme.test.evil.test',
      'http://panel.acme.test',
      'https://acme.test',
      'null',
      'https://panel.acme.test:8443',
      'https://PANEL.acme.test',
    ]) {
      const answer = await preflight(origin)
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.headers.get('access-control-allow-methods')).toBeNull()
    }
  })

  test('H2: Swagger UI at /docs and /swagger, with scripts of our own and a policy that allows no others', async () => {
    for (const path of ['/docs', '/swagger']) {
      const page = await gateway.call('GET', path)
      expect(page.status).toBe(200)
      const html = await page.text()
      expect(html).not.toMatch(/https?:\/\//)
      for (const [, asset] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        const answer = await gateway.call('GET', asset as string)
        expect(answer.status).toBe(200)
        expect((await answer.bytes()).length).toBeGreaterThan(20)
      }
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    }
    expect(await (await gateway.call('GET', '/docs/swagger-ui-bundle.js')).text()).toContain(
      'SwaggerUIBundle',
    )
  })
})
