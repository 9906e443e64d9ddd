import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { eventually } from '@palomar/testkit'
import { type Http, problemOf } from './http.ts'

/** Who calls, how he signs in, and how often he may. */
export function credentials(http: Http): void {
  describe('credentials', () => {
    test('U3 U10: an access token, or an API key by either header', async () => {
      const { token, identity } = http.world.stubs.person()
      http.world.stubs.identities.set('pk_live_1', { ...identity, actorId: newId('apiKey') })
      expect((await http.gateway.call('GET', '/v1/me', { token })).status).toBe(200)
      expect((await http.gateway.call('GET', '/v1/me', { token: 'pk_live_1' })).status).toBe(200)
      expect(
        (await http.gateway.call('GET', '/v1/me', { headers: { 'x-api-key': 'pk_live_1' } })).status,
      ).toBe(200)
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
        expect((await http.gateway.call('GET', '/v1/me', { headers: { authorization } })).status).toBe(401)
      }
      expect((await http.gateway.call('GET', '/v1/me', { headers: { 'x-api-key': '' } })).status).toBe(401)
    })

    test('CONTRACTS 35: a credential is exchanged once in 30 s, however many requests come with it', async () => {
      const { token } = http.world.stubs.person()
      const before = http.world.stubs.seen.length
      await Promise.all(
        Array.from({ length: 20 }, () => http.gateway.call('GET', '/v1/live/none', { token })),
      )
      await Promise.all(Array.from({ length: 20 }, () => http.gateway.call('GET', '/v1/contacts', { token })))
      const exchanges = http.world.stubs.seen
        .slice(before)
        .filter(({ method }) => method === 'exchangeCredential')
      expect(exchanges).toHaveLength(1)
    })

    test('T1: a platform admin acts in the company of X-Tenant-Id: the tokens and the requests name it', async () => {
      const admin = http.world.stubs.person({ role: 'platform_admin' })
      const company = newId('tenant')
      for (const [path, method] of [
        ['/v1/numbers', 'listNumbers'],
        ['/v1/conversations', 'listConversations'],
      ] as const) {
        for (const how of [{ headers: { 'x-tenant-id': company } }, { query: `?tenant_id=${company}` }]) {
          const answer = await http.gateway.call('GET', `${path}${'query' in how ? how.query : ''}`, {
            token: admin.token,
            ...how,
          })
          expect(answer.status).toBe(200)
          const seen = http.world.stubs.seen.findLast((one) => one.method === method)
          expect(seen?.tenantId).toBe(company)
          if (method === 'listNumbers') expect(seen?.request.tenantId).toBe(company)
        }
      }
      const own = await http.gateway.call('GET', '/v1/numbers', { token: admin.token })
      expect(own.status).toBe(200)
      expect(http.world.stubs.seen.at(-1)?.tenantId).toBe(admin.identity.tenantId)
    })

    test('T2: anyone else who names another company is refused', async () => {
      const { token } = http.world.stubs.person()
      const answer = await http.gateway.call('GET', '/v1/numbers', {
        token,
        headers: { 'x-tenant-id': newId('tenant') },
      })
      expect(answer.status).toBe(403)
      const odd = await http.gateway.call('GET', '/v1/numbers', {
        token,
        headers: { 'x-tenant-id': 'ten_none' },
      })
      expect(odd.status).toBe(404)
    })

    test('T5: /v1/me names the person, what they may do, and where else they may go', async () => {
      const { token, identity } = http.world.stubs.person()
      http.world.stubs.special.listMemberships = async () => ({
        memberships: [
          { tenantId: identity.tenantId, tenantName: 'Acme', role: 'agent', tenantState: 'active' },
        ],
      })
      const answer = await http.gateway.call('GET', '/v1/me', { token })
      delete http.world.stubs.special.listMemberships
      expect(await answer.json()).toMatchObject({
        user: { id: identity.actorId, name: 'Ana' },
        tenant: { id: identity.tenantId, name: 'Acme' },
        memberships: [{ tenant_id: identity.tenantId, role: 'agent', state: 'active' }],
      })
    })
  })

  describe('signing in', () => {
    const attempt = (ip: string, body: unknown = { email: 'ana@acme.test', password: 'wrong' }) =>
      http.gateway.call('POST', '/v1/auth/login', { body, headers: { 'x-forwarded-for': `9.9.9.9, ${ip}` } })

    test('U11: five attempts per address in 15 minutes, right or wrong body alike; then 429 with Retry-After', async () => {
      http.world.stubs.special.login = async () => {
        throw appError('unauthenticated')
      }
      for (let i = 0; i < 4; i++) expect((await attempt('10.0.0.1')).status).toBe(401)
      expect((await attempt('10.0.0.1', { nonsense: true })).status).toBe(422)
      const blocked = await attempt('10.0.0.1')
      expect(blocked.status).toBe(429)
      expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(60)
      expect(await problemOf(blocked)).toMatchObject({ code: 'rate_limited' })
      expect((await attempt('10.0.0.2')).status).toBe(401)
      delete http.world.stubs.special.login
    })

    test('U11: the address is the one our own proxy saw, not what the client claims', async () => {
      const seen: string[] = []
      http.world.stubs.special.login = async (request: { ip: string }) => {
        seen.push(request.ip)
        return { memberships: [] }
      }
      await attempt('10.0.0.3')
      delete http.world.stubs.special.login
      expect(seen).toEqual(['10.0.0.3'])
    })

    test('T5: someone of several companies gets the list and no tokens', async () => {
      http.world.stubs.special.login = async () => ({
        memberships: [
          { tenantId: newId('tenant'), tenantName: 'A', role: 'agent', tenantState: 'active' },
          { tenantId: newId('tenant'), tenantName: 'B', role: 'viewer', tenantState: 'active' },
        ],
      })
      const answer = await attempt('10.0.0.4')
      delete http.world.stubs.special.login
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        access_token: null,
        refresh_token: null,
        user: null,
        memberships: [{}, {}],
      })
    })

    test('U4: a refresh token that was used before is 401 with its own code', async () => {
      http.world.stubs.special.refresh = async () => {
        throw appError('refresh_reused')
      }
      const answer = await http.gateway.call('POST', '/v1/auth/refresh', { body: { refresh_token: 'old' } })
      delete http.world.stubs.special.refresh
      expect(answer.status).toBe(401)
      expect(await problemOf(answer)).toMatchObject({ code: 'refresh_reused' })
    })

    test('T7: an API key cannot be switched to another company', async () => {
      const { identity } = http.world.stubs.person()
      http.world.stubs.identities.set('pk_switch', identity)
      const answer = await http.gateway.call('POST', '/v1/auth/switch', {
        token: 'pk_switch',
        body: { tenant_id: newId('tenant') },
      })
      expect(answer.status).toBe(403)
    })
  })

  describe('limits', () => {
    test('C9 X5: a key makes as many requests per second as it may, then 429 with the limit in its headers', async () => {
      const own = await http.world.gateway({ RATE_PER_SECOND: '20' })
      const { identity } = http.world.stubs.person()
      http.world.stubs.identities.set('pk_default', { ...identity, actorId: newId('apiKey') })
      http.world.stubs.identities.set('pk_own', { ...identity, actorId: newId('apiKey'), ratePerSecond: 3 })
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
}
