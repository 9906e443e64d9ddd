import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type IdKind, idPrefixes, newId, services } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { type Answer, type Company, Product, unclaimed } from '../product.ts'
import { Follower } from './follower.ts'

/** In every text of the one company; nothing of the other may ever show it. */
const planted = 'colibri-azul'
const waId = '549115550100'

let product: Product
let owner: Company
let other: Company
/** Everything the owner has, by the prefix of its id. */
const owned = new Map<string, string>()
let paths: Record<
  string,
  Record<string, { parameters?: { name: string; in: string; description?: string }[] }>
>
let ownerSocket: Follower
let otherSocket: Follower

beforeAll(async () => {
  product = await Product.start()
  const platform = await product.platformToken()
  owner = await product.addCompany(platform, `Dueña ${planted}`)
  other = await product.addCompany(platform, 'Vecina')
  const number = await product.addNumber(owner.token, unclaimed[0], `Número ${planted}`)
  const theirs = await product.addNumber(other.token, unclaimed[1])
  ownerSocket = await Follower.open(product, owner.token)
  otherSocket = await Follower.open(product, other.token)
  await fill(number.id)
  await product.write(unclaimed[1].phoneNumberId, '5511955550200', 'hola vecina')
  await otherSocket.heard('hola vecina')
  owned.set('number of the other', theirs.id)
}, 180_000)
afterAll(async () => {
  ownerSocket?.close()
  otherSocket?.close()
  await product?.stop()
}, 60_000)

/** One of everything for the owner, through the public API and a customer. */
async function fill(numberId: string): Promise<void> {
  const { token } = owner
  await product.write(unclaimed[0].phoneNumberId, waId, `hola ${planted}`)
  await ownerSocket.heard(`hola ${planted}`)
  const key = await product.must('POST', '/v1/api-keys', {
    token,
    body: { name: `Llave ${planted}`, scopes: ['messages:read'] },
  })
  const user = await product.must('POST', '/v1/users', {
    token,
    body: { email: `${planted}@empresa.test`, name: `Persona ${planted}`, role: 'agent' },
  })
  const sent = await product.must('POST', '/v1/messages', {
    token,
    headers: { 'idempotency-key': 'the-same' },
    body: { number_id: numberId, to: waId, type: 'text', text: { body: `respuesta ${planted}` } },
  })
  const session = await product.must('POST', '/v1/sessions', {
    token,
    body: { number_id: numberId, wa_id: waId },
  })
  const firstOf = async (path: string) => (await product.must('GET', path, { token })).data[0]
  const conversation = await firstOf('/v1/conversations')
  const event = await eventually(async () => {
    const found = await firstOf('/v1/webhook-events')
    expect(found).toBeDefined()
    return found
  })
  const waba = await firstOf('/v1/wabas')
  const rule = await product.must('POST', '/v1/rules', {
    token,
    body: { name: `Regla ${planted}`, keywords: ['horario'], reply_text: `De 8 a 18, ${planted}` },
  })
  const endpoint = await product.must('POST', '/v1/webhook-endpoints', {
    token,
    body: { url: `http://127.0.0.1:1/${planted}` },
  })
  const delivery = await product.must('POST', `/v1/webhook-endpoints/${endpoint.id}/test`, { token })
  const all = [
    rule.id,
    endpoint.id,
    delivery.id,
    numberId,
    key.id,
    user.id,
    sent.id,
    session.id,
    conversation.id,
    conversation.contact.id,
    event.id,
  ]
  for (const id of [...all, waba?.id ?? '', owner.id]) owned.set(id.split('_')[0], id)
  paths = (await product.must('GET', '/openapi.json')).paths
}

const idKindOf = (description = ''): IdKind | undefined =>
  (Object.keys(idPrefixes) as IdKind[]).find((kind) => idPrefixes[kind] === description.slice(0, 3))

/** An answer without what is each request's own. */
const bytesOf = ({ status, text, headers }: Answer): string =>
  `${status} ${text.replaceAll(headers.get('x-request-id') ?? ' ', 'REQUEST')}`

/** What a route needs besides its id to get as far as looking for it. */
const bodies: Record<string, unknown> = {
  'PATCH /v1/users/{id}': { name: 'Otro' },
  'PATCH /v1/numbers/{id}': { name: 'Otro' },
  'PATCH /v1/rules/{id}': { name: 'Otro' },
  'PATCH /v1/webhook-endpoints/{id}': { description: 'Otro' },
}

/**
 * An answer of the route itself: a walk is faster than one key's rate, and a 429 would say nothing of the other
 * company. Nothing was done then, so asking again at its `until` is safe.
 */
async function ask(...call: Parameters<Product['call']>): Promise<Answer> {
  for (;;) {
    const answer = await product.call(...call)
    if (answer.status !== 429) return answer
    await Bun.sleep(Math.max(10, Date.parse(answer.json.until) - Date.now()))
  }
}

describe('two companies', () => {
  test('T2 T4: no list of the one shows anything of the other, by whatever filter', async () => {
    const lists = Object.entries(paths)
      .filter(([path, item]) => path.startsWith('/v1/') && !path.includes('{') && item.get)
      .map(([path]) => path)
    expect(lists.length).toBeGreaterThan(12)
    const ids = [...owned].filter(([name]) => name !== 'number of the other').map(([, id]) => id)
    const filters = [
      '',
      `?query=${planted}`,
      `?number_id=${owned.get('num')}`,
      `?conversation_id=${owned.get('cnv')}`,
    ]
    filters.push(`?number_id=${owned.get('num')}&wa_id=${waId}`, `?entity_id=${owned.get('num')}`)
    const leaks: string[] = []
    for (const path of lists) {
      for (const filter of filters) {
        const answer = await ask('GET', `${path}${filter}`, { token: other.token })
        expect(answer.status).toBeLessThan(500)
        // Echoing what was asked for is no leak; it is never echoed, though.
        for (const secret of [planted, waId, ...ids]) {
          if (answer.text.includes(secret)) leaks.push(`${path}${filter} shows ${secret}`)
        }
      }
    }
    expect(leaks).toEqual([])
    // And the walk can fail: the owner does see it there.
    const { text } = await product.call('GET', '/v1/messages', { token: owner.token })
    expect(text).toContain(planted)
  }, 60_000)

  test('T2 T4: every route with an id answers the other’s id with the bytes of a missing one', async () => {
    const routes = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { parameters }]) => {
        const kind = idKindOf(parameters?.find((one) => one.in === 'path' && one.name === 'id')?.description)
        return path.startsWith('/v1/') && kind ? [{ method: method.toUpperCase(), path, kind }] : []
      }),
    )
    expect(routes.length).toBeGreaterThan(20)
    const different: string[] = []
    const walked: string[] = []
    for (const { method, path, kind } of routes) {
      const id = owned.get(idPrefixes[kind])
      // Sessions of people and of G12 share a prefix; apps are the platform's.
      if (!id) continue
      walked.push(`${method} ${path}`)
      const body = bodies[`${method} ${path}`]
      const options = { token: other.token, ...(body === undefined ? {} : { body }) }
      const foreign = await ask(method, path.replace('{id}', id), options)
      const missing = await ask(method, path.replace('{id}', newId(kind)), options)
      if (foreign.status < 400 || bytesOf(foreign) !== bytesOf(missing))
        different.push(`${method} ${path}: ${bytesOf(foreign)} / ${bytesOf(missing)}`)
    }
    expect(different).toEqual([])
    expect(walked).toEqual(
      expect.arrayContaining([
        'GET /v1/messages/{id}',
        'POST /v1/messages/{id}/cancel',
        'GET /v1/conversations/{id}',
        'GET /v1/conversations/{id}/messages',
        'GET /v1/contacts/{id}',
        'GET /v1/numbers/{id}',
        'DELETE /v1/numbers/{id}',
        'GET /v1/users/{id}',
        'DELETE /v1/api-keys/{id}',
        'GET /v1/webhook-events/{id}',
        'POST /v1/webhook-events/{id}/replay',
        'POST /v1/sessions/{id}/touch',
        'GET /v1/companies/{id}',
        'PATCH /v1/rules/{id}',
        'DELETE /v1/rules/{id}',
        'POST /v1/webhook-endpoints/{id}/rotate-secret',
        'POST /v1/webhook-endpoints/{id}/test',
        'GET /v1/webhook-endpoints/{id}/deliveries',
        'POST /v1/webhook-deliveries/{id}/retry',
      ]),
    )
    // Nothing of it was touched.
    for (const path of [`/v1/numbers/${owned.get('num')}`, `/v1/users/${owned.get('usr')}`]) {
      expect((await product.must('GET', path, { token: owner.token })).name).toContain(planted)
    }
  }, 60_000)

  test('T2 T4: the other’s number sends nothing, and its idempotency keys are nobody else’s', async () => {
    const send = (number: string | undefined) =>
      product.call('POST', '/v1/messages', {
        token: other.token,
        headers: { 'idempotency-key': 'the-same' },
        body: {
          number_id: number,
          to: '5511955550300',
          type: 'template',
          template: { name: 'hello_world', language: { code: 'en_US' } },
        },
      })
    const foreign = await send(owned.get('num'))
    const missing = await send(newId('number'))
    expect(foreign.json.code).toBe('number_unknown')
    expect(bytesOf(foreign)).toBe(bytesOf(missing))
    const own = await send(owned.get('number of the other'))
    expect([own.status, own.headers.get('idempotency-replayed')]).toEqual([202, null])
  }, 30_000)

  test('T2 T4: a company named in the header must be the caller’s: 403, the same for one that does not exist', async () => {
    const as = (id: string) =>
      product.call('GET', '/v1/conversations', { token: other.token, headers: { 'x-tenant-id': id } })
    const [foreign, missing] = [await as(owner.id), await as(newId('tenant'))]
    expect(foreign.status).toBe(403)
    expect(bytesOf(foreign)).toBe(bytesOf(missing))
  })

  test('T2 N6: the socket of the one never had a frame of the other', async () => {
    await product.write(unclaimed[0].phoneNumberId, waId, `otra vez ${planted}`)
    await ownerSocket.heard(`otra vez ${planted}`)
    // Behind it in the same stream: once this is here, the other's frame would have been.
    await product.write(unclaimed[1].phoneNumberId, '5511955550200', 'otra vez vecina')
    await otherSocket.heard('otra vez vecina')
    const frames = otherSocket.frames.join('\n')
    for (const secret of [planted, waId, owner.id, owned.get('num') ?? '', owned.get('cnv') ?? '']) {
      expect(frames).not.toContain(secret)
    }
    expect(ownerSocket.frames.join('\n')).not.toContain('vecina')
  }, 30_000)

  test('T2 N6: a cursor of the one’s socket opens nothing for the other', async () => {
    const resumed = await Follower.open(product, other.token, ownerSocket.firstCursor())
    await product.write(unclaimed[1].phoneNumberId, '5511955550200', 'tras el cursor')
    await eventually(() => expect(resumed.frames.join('\n')).toMatch(/tras el cursor|resync/))
    resumed.close()
    expect(resumed.frames.join('\n')).not.toContain(planted)
  }, 30_000)

  test('CONTRACTS 10: with all of this going on, no connection of a service is a superuser’s, passes policies or owns a table', async () => {
    const roles = await product.asSuperuser(
      (sql) => sql<{ role: string; super: boolean; bypass: boolean; owned: number }[]>`
        select r.rolname as role, bool_or(r.rolsuper) as super, bool_or(r.rolbypassrls) as bypass,
          (select count(*)::int from pg_class c where c.relkind in ('r', 'p')
            and pg_has_role(r.oid, c.relowner, 'member')) as owned
        from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
        where a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
        group by r.oid, r.rolname order by 1`,
    )
    const plain = (role: string) => ({ role, super: false, bypass: false, owned: 0 })
    expect([...roles]).toEqual(
      services
        .filter((name) => name !== 'gateway')
        .map((name) => plain(`palomar_${name}`))
        .sort((a, b) => (a.role < b.role ? -1 : 1)),
    )
  })
})
