import { describe, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import type { Edge } from './edge.ts'
import { refusalsFor } from './refusals.ts'

/** What the API refuses, and that it works on after it. */
export const api = (edge: Edge) => {
  describe('the API', () => {
    for (const { what, method, path, options, status, code } of refusalsFor(edge)) {
      test(`H1 H3 H4: ${what} (${method} ${path.split('?')[0]}) is ${status} ${code}, its request id is in the log`, async () => {
        const answer = await edge.product.call(method, path, options?.())
        expect([answer.status, answer.json?.code], answer.text).toEqual([status, code])
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.json.request_id).toBe(answer.headers.get('x-request-id'))
        if (code === 'validation_failed') {
          expect(answer.json.errors.length).toBeGreaterThan(0)
          for (const error of answer.json.errors)
            expect(Object.keys(error).sort()).toEqual(['code', 'detail', 'path'])
        }
        await edge.expectLogged(answer)
        await edge.expectStillWorks()
      }, 30_000)
    }

    test('H1: a cursor that is none, or of another list, is 4xx on every list', async () => {
      const document = await edge.product.must('GET', '/openapi.json')
      const lists = Object.entries(
        document.paths as Record<string, { get?: { parameters?: { name: string }[] } }>,
      )
        .filter(
          ([path, { get }]) =>
            path.startsWith('/v1/') && get?.parameters?.some(({ name }) => name === 'cursor'),
        )
        .map(([path]) => path)
      expect(lists.length).toBeGreaterThan(10)
      const endpoint = await edge.product.must('POST', '/v1/webhook-endpoints', {
        token: edge.platform,
        headers: { 'x-tenant-id': edge.product.demo.tenantId ?? '' },
        body: { url: 'https://example.com/hooks' },
      })
      /** Something that is there, so that only the cursor is wrong. */
      const owners = { conversations: await anyConversation(edge), 'webhook-endpoints': endpoint.id }
      const wrong: string[] = []
      for (const list of lists) {
        const owner = Object.entries(owners).find(([name]) => list.startsWith(`/v1/${name}/`))?.[1] ?? ''
        const path = list.replace('{id}', owner)
        for (const cursor of ['garbage', 'eyJ4IjoxfQ', '%F0%9F%92%A9', "1'--"]) {
          const answer = await edge.product.call('GET', `${path}?cursor=${cursor}`, {
            token: edge.platform,
            headers: { 'x-tenant-id': edge.product.demo.tenantId ?? '' },
          })
          if (answer.status !== 422 && answer.status !== 400)
            wrong.push(`${path} ${cursor}: ${answer.status} ${answer.text}`)
        }
      }
      expect(wrong).toEqual([])
      await edge.expectStillWorks()
    }, 60_000)

    test('H1 T7: a key past its end is 401, and worked before', async () => {
      const { secret } = await edge.product.must('POST', '/v1/api-keys', {
        token: edge.admin,
        body: {
          name: 'Short',
          scopes: ['numbers:read'],
          expires_at: new Date(Date.now() + 3_000).toISOString(),
        },
      })
      expect((await edge.product.call('GET', '/v1/numbers', { token: secret })).status).toBe(200)
      const answer = await eventually(async () => {
        const late = await edge.product.call('GET', '/v1/numbers', { token: secret })
        expect(late.status).toBe(401)
        return late
      })
      await edge.expectLogged(answer)
      await edge.expectStillWorks()
    }, 30_000)

    test('CONTRACTS 33: the same key and body is the same answer, another body is 409, and one message was sent', async () => {
      const send = (body: unknown) =>
        edge.product.call('POST', '/v1/messages', {
          token: edge.admin,
          body,
          headers: { 'idempotency-key': 'edge-1' },
        })
      const to = '573004440001'
      const [first, at, once] = await Promise.all([
        send(edge.template(to)),
        send(edge.template(to)),
        send(edge.template(to)),
      ])
      const again = await send(edge.template(to))
      expect([first, at, once, again].map(({ status }) => status)).toEqual([202, 202, 202, 202])
      expect(new Set([first, at, once, again].map(({ json }) => json.id)).size).toBe(1)
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      const other = await send(edge.template('573004440002'))
      expect([other.status, other.json.code]).toEqual([409, 'idempotency_key_reused'])
      await edge.expectLogged(other)
      await eventually(async () => {
        const { state } = await edge.product.must('GET', `/v1/messages/${first.json.id}`, {
          token: edge.admin,
        })
        expect(['delivered', 'read']).toContain(state)
      })
      const accepted = await (await fetch(`${edge.product.demo.urls.simulator}/control/accepted`)).text()
      expect(accepted.split('\n').filter((line) => line.includes(first.json.id))).toHaveLength(1)
    }, 30_000)
  })
}

async function anyConversation(edge: Edge): Promise<string> {
  await edge.product.write('100000000000001', '573004440009', 'para que haya una')
  return eventually(async () => {
    const { data } = await edge.product.must('GET', '/v1/conversations', { token: edge.admin })
    expect(data.length).toBeGreaterThan(0)
    return data[0].id
  })
}
