import { describe, expect, test } from 'bun:test'
import { newId } from '@palomar/contracts'
import { type Http, problemOf } from './http.ts'

/** What may stand in a query and in a body. */
export function requests(http: Http): void {
  describe('queries', () => {
    test('H4: what a list cannot be asked is 422 and names the parameter', async () => {
      const { token } = http.world.stubs.person({ role: 'platform_admin' })
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
        const answer = await http.gateway.call('GET', query as string, { token })
        expect(`${query} ${answer.status}`).toBe(`${query} 422`)
        expect((await problemOf(answer)).errors.map((error) => error.path)).toContain(path as string)
      }
    })

    test('lists hand on limit, cursor and filters, and answer with the next cursor', async () => {
      const { token } = http.world.stubs.person()
      const number = newId('number')
      http.world.stubs.special.listConversations = async () => ({ conversations: [], nextCursor: 'next' })
      const answer = await http.gateway.call(
        'GET',
        `/v1/conversations?limit=7&cursor=here&status=open&unread=true&number_id=${number}`,
        { token },
      )
      delete http.world.stubs.special.listConversations
      expect(await answer.json()).toEqual({ data: [], next_cursor: 'next' })
      expect(
        http.world.stubs.seen.findLast(({ method }) => method === 'listConversations')?.request,
      ).toMatchObject({
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
      const { token } = http.world.stubs.person({ role: 'platform_admin' })
      const answer = await http.gateway.call('POST', path, { token, body })
      expect(answer.status).toBe(422)
      const problem = await problemOf(answer)
      expect(problem).toMatchObject({ code: 'validation_failed', status: 422 })
      expect(problem.errors.map((error) => error.path)).toContain(at)
    })

    test('H4: all wrong fields are listed at once', async () => {
      const { token } = http.world.stubs.person()
      const answer = await http.gateway.call('POST', '/v1/users', {
        token,
        body: { email: 'x', role: 'y', more: 1 },
      })
      const paths = (await problemOf(answer)).errors.map((error) => error.path)
      expect(paths.sort()).toEqual(['email', 'more', 'name', 'role'])
    })

    test('X7: U+0000 in a query or a body is 422, and a megabyte of brackets 400', async () => {
      const { token } = http.world.stubs.person()
      const query = await http.gateway.call('GET', '/v1/contacts?query=a%00b', { token })
      expect(query.status).toBe(422)
      expect((await problemOf(query)).errors[0]?.path).toBe('query')
      const text = await http.gateway.call('POST', '/v1/messages', {
        token,
        body: { number_id: newId('number'), to: '573001234567', type: 'text', text: { body: 'a\u0000b' } },
      })
      expect(text.status).toBe(422)
      expect((await problemOf(text)).errors[0]?.path).toBe('text.body')
      const deep = await http.gateway.call('POST', '/v1/portfolios', { token, body: '['.repeat(900_000) })
      expect(deep.status).toBe(400)
    })

    test('a body that is no UTF-8 is 400', async () => {
      const { token } = http.world.stubs.person()
      const answer = await fetch(`${http.gateway.url}/v1/portfolios`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      })
      expect(answer.status).toBe(400)
    })
  })
}
