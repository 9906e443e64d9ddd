/** Walks the OpenAPI document: what holds for each operation, proven for each, whoever adds it (DESIGN 7). */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type IdKind, idPrefixes, newId, permissions } from '@palomar/contracts'
import type { Route } from '../src/http/route.ts'
import { v1Routes } from '../src/http/v1/index.ts'
import { type Gateway, startWorld, type World } from './fixture.ts'
import { bodies, files, queries } from './samples.ts'

interface Operation {
  key: string
  method: string
  path: string
  permission: string
  idKind: IdKind | undefined
  document: {
    requestBody?: { content: Record<string, unknown> }
    parameters: { name?: string; in?: string; description?: string }[]
    responses: Record<string, unknown>
    summary?: string
    tags?: string[]
  }
}

/** The walk needs the list while tests are being declared, so the document is read from a gateway before any of them. */
const world: World = await startWorld()
const gateway: Gateway = await world.gateway()
const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
  openapi: string
  paths: Record<string, Record<string, Operation['document'] & { 'x-permission'?: string }>>
}
const operations: Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => {
    const id = operation.parameters?.find((p) => p.in === 'path' && p.name === 'id')
    const prefix = id?.description?.slice(0, 3)
    const idKind = (Object.keys(idPrefixes) as IdKind[]).find((kind) => idPrefixes[kind] === prefix)
    return {
      key: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      permission: operation['x-permission'] ?? '',
      idKind,
      document: operation,
    }
  }),
)
const api = operations.filter(({ path }) => path.startsWith('/v1/'))
const guarded = api.filter(({ permission }) => permission !== 'public')
/** The schemas of the answers, from the routes themselves. */
const routes = new Map<string, Route>(
  v1Routes(new Proxy({}, { get: () => new Proxy({}, { get: () => () => undefined }) }) as never).map(
    (route) => [`${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`, route],
  ),
)

beforeAll(() => {
  world.stubs.special.login = async () => ({ memberships: [] })
  world.stubs.special.refresh = async () => ({ memberships: [] })
  world.stubs.special.switchTenant = async () => ({ memberships: [] })
})
afterAll(() => world.stop())

function call(
  operation: Operation,
  options: { token?: string; id?: string; requestId?: string; body?: unknown } = {},
) {
  const path = operation.path.replace('{id}', options.id ?? (operation.idKind ? newId(operation.idKind) : ''))
  const file = files[operation.key]
  const body = options.body ?? bodies[operation.key] ?? file?.body
  return gateway.call(operation.method, `${path}${queries[operation.key] ?? ''}`, {
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(body === undefined ? {} : { body }),
    headers: {
      'x-request-id': options.requestId ?? 'req_test',
      ...(file && { 'content-type': file.type }),
    },
  })
}

/** Ids in the sample bodies and queries belong to this company, so that they are in nobody's way. */
function ownSamples(tenantId: string): void {
  world.stubs.own(tenantId, 'num_01h455vb4pex5vsknk084sn02q', 'pfl_01h455vb4pex5vsknk084sn02q')
}

describe('the document', () => {
  test('H2: names a permission for every operation, one that exists', () => {
    expect(api.length).toBeGreaterThan(45)
    for (const { key, permission } of operations) {
      const known = [...permissions, 'authenticated', 'public'] as string[]
      expect(`${key} ${known.includes(permission)}`).toBe(`${key} true`)
    }
  })

  test('H2: only signing in, and what comes before it, is public', () => {
    const open = api.filter(({ permission }) => permission === 'public').map(({ key }) => key)
    expect(open.sort()).toEqual(['POST /v1/auth/login', 'POST /v1/auth/logout', 'POST /v1/auth/refresh'])
  })

  test('H2: describes what goes in, what comes out and what is refused', () => {
    for (const { key, document } of api) {
      expect(document.summary, key).toBeTruthy()
      expect(document.tags, key).toHaveLength(1)
      expect(
        Object.keys(document.responses).some((status) => status.startsWith('2')),
        key,
      ).toBe(true)
      expect(Object.keys(document.responses), key).toContain('500')
    }
  })

  test('every operation with a body has a sample here, and every sample an operation', () => {
    const taking = api.filter(({ document }) => document.requestBody)
    const isJson = ({ document }: Operation) => 'application/json' in (document.requestBody?.content ?? {})
    expect(Object.keys(bodies).sort()).toEqual(
      taking
        .filter(isJson)
        .map(({ key }) => key)
        .sort(),
    )
    expect(Object.keys(files)).toEqual(taking.filter((one) => !isJson(one)).map(({ key }) => key))
  })

  test('W13 H2: the webhook paths are in it', () => {
    for (const path of [
      '/webhooks/whatsapp',
      '/webhooks/whatsapp/{slug}',
      '/webhooks/meta/whatsapp',
      '/webhook/whatsapp',
      '/api/v1/whatsapp/webhook',
      '/webhooks/health',
    ])
      expect(Object.keys(document.paths)).toContain(path)
  })
})

describe.each(guarded.map((operation) => [operation.key, operation] as const))('%s', (key, operation) => {
  test(`U7 U10: ${key} without a credential is 401`, async () => {
    const before = world.stubs.seen.length
    const answer = await call(operation)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      request_id: 'req_test',
    })
    expect(world.stubs.seen.slice(before)).toEqual([])
  })

  test(`U10: ${key} with a credential that nobody knows is 401`, async () => {
    expect((await call(operation, { token: 'pk_unknown' })).status).toBe(401)
  })

  if (operation.permission !== 'authenticated') {
    test(`U7: ${key} without ${operation.permission} is 403 and reaches no service`, async () => {
      const { token } = world.stubs.person({ lacking: operation.permission })
      const before = world.stubs.seen.length
      const answer = await call(operation, { token })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'forbidden' })
      expect(world.stubs.seen.slice(before).map(({ method }) => method)).toEqual(['exchangeCredential'])
    })
  }

  test(`H1: ${key} answers as the document says`, async () => {
    const { token, identity } = world.stubs.person({ role: 'platform_admin' })
    ownSamples(identity.tenantId)
    const id = operation.idKind ? newId(operation.idKind) : undefined
    if (id) world.stubs.own(identity.tenantId, id)
    const answer = await call(operation, { token, ...(id && { id }) })
    expect(`${key} ${answer.status}`).toBe(`${key} ${routes.get(key)?.status}`)
    expect(operation.document.responses).toHaveProperty(String(answer.status))
    if (answer.status === 204) return
    const schema = routes.get(key)?.answer
    // A file has no shape.
    if (!schema) return void (await answer.bytes())
    const parsed = schema.safeParse(await answer.json())
    expect(parsed.error?.issues ?? []).toEqual([])
    expect(parsed.success).toBe(true)
  })

  if (operation.idKind) {
    const kind = operation.idKind
    test(`T4: ${key} of another company is the same bytes as one that is not there`, async () => {
      const owner = world.stubs.person()
      const stranger = world.stubs.person({ role: 'platform_admin' })
      const id = newId(kind)
      world.stubs.own(owner.identity.tenantId, id)
      ownSamples(stranger.identity.tenantId)
      const foreign = await call(operation, { token: stranger.token, id })
      const missing = await call(operation, { token: stranger.token, id: newId(kind) })
      expect(foreign.status).toBe(404)
      expect(missing.status).toBe(404)
      expect(await foreign.text()).toBe(await missing.text())
      const differing = [...foreign.headers.keys()].filter(
        (name) => name !== 'date' && !name.startsWith('ratelimit'),
      )
      for (const name of differing)
        expect(foreign.headers.get(name)).toBe(missing.headers.get(name) as string)
    })

    test(`${key} with something that is no id is the same 404`, async () => {
      const { token } = world.stubs.person({ role: 'platform_admin' })
      const missing = await (await call(operation, { token, id: newId(kind) })).text()
      for (const id of [
        'x',
        '1',
        `${idPrefixes[kind]}_`,
        newId(kind === 'user' ? 'tenant' : 'user'),
        '%00',
        'a'.repeat(300),
      ]) {
        const answer = await call(operation, { token, id })
        expect(answer.status).toBe(404)
        expect(await answer.text()).toBe(missing)
      }
    })
  }

  if ('application/json' in (operation.document.requestBody?.content ?? {})) {
    test(`H4: ${key} with a field that does not exist is 422 and names it`, async () => {
      const { token } = world.stubs.person({ role: 'platform_admin' })
      const body = { ...(bodies[key] as object), surprise: 1 }
      const answer = await call(operation, { token, body })
      expect(answer.status).toBe(422)
      const problem = (await answer.json()) as { errors: { path: string; code: string }[] }
      expect(problem.errors).toContainEqual(
        expect.objectContaining({ path: 'surprise', code: 'unknown_field' }),
      )
    })

    test(`H1: ${key} with a body that is no JSON is 400, another type 415, too large 413`, async () => {
      const { token } = world.stubs.person({ role: 'platform_admin' })
      expect((await call(operation, { token, body: '{"a":' })).status).toBe(400)
      const path = operation.path.replace('{id}', operation.idKind ? newId(operation.idKind) : '')
      const text = await gateway.call(operation.method, path, {
        token,
        body: 'a=1',
        headers: { 'content-type': 'text/plain' },
      })
      expect(text.status).toBe(415)
      const large = await gateway.call(operation.method, path, {
        token,
        body: `{"a":"${'x'.repeat(7 * 1024 * 1024)}"}`,
      })
      expect(large.status).toBe(413)
    })

    test(`H4: ${key} with an array, a number or nothing for a body is 422`, async () => {
      const { token } = world.stubs.person({ role: 'platform_admin' })
      for (const body of ['[]', '1', 'null', '"text"'])
        expect((await call(operation, { token, body })).status).toBe(422)
    })
  }
})
