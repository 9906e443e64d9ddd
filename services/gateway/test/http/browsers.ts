import { describe, expect, test } from 'bun:test'
import type { Http } from './http.ts'

/** What pages of other origins may, and our own. */
export function browsers(http: Http): void {
  describe('browsers', () => {
    const preflight = (origin: string) =>
      http.gateway.call('OPTIONS', '/v1/messages', {
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
      const { token } = http.world.stubs.person()
      const real = await http.gateway.call('GET', '/v1/me', {
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
        const page = await http.gateway.call('GET', path)
        expect(page.status).toBe(200)
        const html = await page.text()
        expect(html).not.toMatch(/https?:\/\//)
        for (const [, asset] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
          const answer = await http.gateway.call('GET', asset as string)
          expect(answer.status).toBe(200)
          expect((await answer.bytes()).length).toBeGreaterThan(20)
        }
        expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
      }
      expect(await (await http.gateway.call('GET', '/docs/swagger-ui-bundle.js')).text()).toContain(
        'SwaggerUIBundle',
      )
    })
  })
}
