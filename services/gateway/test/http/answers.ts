import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { createLogger } from '@palomar/runtime'
import { startWorld } from '../fixture.ts'
import { type Http, problemOf } from './http.ts'

/** What is the same of every answer. */
export function answers(http: Http): void {
  describe('answers', () => {
    test('H1: a path that is not there is 404, a method it does not take 405 with those it does', async () => {
      const missing = await http.gateway.call('GET', '/v1/nothing')
      expect(missing.status).toBe(404)
      expect(missing.headers.get('content-type')).toBe('application/problem+json')
      const wrong = await http.gateway.call('DELETE', '/v1/companies')
      expect(wrong.status).toBe(405)
      expect(wrong.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'POST'])
      expect(await problemOf(wrong)).toMatchObject({ code: 'method_not_allowed', errors: [] })
      expect((await http.gateway.call('PUT', `/v1/numbers/${newId('number')}`)).status).toBe(405)
      expect((await http.gateway.call('GET', '/')).status).toBe(404)
    })

    test('H3: the request id is echoed on every answer, made when missing, and never one that could break a log line', async () => {
      const given = await http.gateway.call('GET', '/v1/me', { headers: { 'x-request-id': 'abc-1:2' } })
      expect(given.headers.get('x-request-id')).toBe('abc-1:2')
      expect(await problemOf(given)).toMatchObject({ request_id: 'abc-1:2' })
      for (const odd of ['a b', 'x'.repeat(200), '<script>']) {
        const answer = await http.gateway.call('GET', '/v1/me', { headers: { 'x-request-id': odd } })
        expect(answer.headers.get('x-request-id')).toStartWith('req_')
      }
    })

    test('H3 O16: every request is one log line with the id, the caller and the code, and no query or body', async () => {
      const lines: string[] = []
      const logging = await http.world.gateway(
        {},
        createLogger({ service: 'gateway', write: (line) => lines.push(line) }),
      )
      const { token, identity } = http.world.stubs.person({ lacking: 'contacts:read' })
      await logging.call('GET', '/v1/contacts?query=ana', { token, headers: { 'x-request-id': 'quoted-1' } })
      await logging.call('GET', '/v1/nothing', { headers: { 'x-request-id': 'quoted-2' } })
      const of = (id: string) =>
        lines.map((line) => JSON.parse(line)).filter((line) => line.request_id === id)
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
      const { token } = http.world.stubs.person()
      await http.gateway.call('GET', '/v1/contacts', { token, headers: { 'x-request-id': 'traced-1' } })
      expect(http.world.stubs.seen.findLast(({ method }) => method === 'listContacts')?.requestId).toBe(
        'traced-1',
      )
    })

    test('C12 N8: nothing of the API is stored by anyone, sniffed, framed or run', async () => {
      const { token } = http.world.stubs.person()
      for (const answer of [
        await http.gateway.call('GET', '/v1/me', { token }),
        await http.gateway.call('GET', '/v1/me'),
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
      http.world.stubs.special.listContacts = async () => {
        throw new Error('select * from secrets')
      }
      const { token } = http.world.stubs.person()
      const answer = await http.gateway.call('GET', '/v1/contacts', { token })
      delete http.world.stubs.special.listContacts
      expect(answer.status).toBe(500)
      expect(await answer.text()).not.toContain('secrets')
    })

    test('O2: health', async () => {
      const answer = await http.gateway.call('GET', '/health')
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ status: 'ok' })
    })

    test('O3: latency by route, method and status is a metric, and an invented path or method makes no series', async () => {
      await http.gateway.call('GET', `/v1/numbers/${newId('number')}`)
      await http.gateway.call('GET', '/v1/made-up-path')
      const text = await (await fetch(`${http.gateway.adminUrl}/metrics`)).text()
      expect(text).toMatch(/http_request_seconds_count\{[^}]*route="\/v1\/numbers\/:id"[^}]*status="401"/)
      expect(text).not.toContain('made-up-path')
    })
  })
}
