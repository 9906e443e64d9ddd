import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Id, newId, rolePermissions, uuidOf } from '@palomar/contracts'
import { eventually } from '@palomar/testkit'
import { Webhook } from 'standardwebhooks'
import type { Service } from '../src/service.ts'
import { type EndpointServer, startEndpointServer } from './endpoint-server.ts'
import {
  type Client,
  type Company,
  newCompany,
  page,
  type Rig,
  rig,
  sameEndpoint,
  someRule,
  stored,
  updated,
} from './rig.ts'

let r: Rig
let service: Service
let server: EndpointServer
beforeAll(async () => {
  ;[r, server] = await Promise.all([rig(), startEndpointServer()])
  service = await r.start()
}, 60_000)
afterAll(async () => {
  await r?.close()
  await server?.stop()
}, 60_000)
beforeEach(() => {
  server.reply = () => 204
})

let next = 0
/** A company with one endpoint at a path of its own. */
async function company(
  of: { eventTypes?: string[]; numberIds?: string[]; own?: Company; base?: string } = {},
) {
  const own = of.own ?? newCompany()
  const rpc = await r.as(service, own)
  const path = `/hook-${next++}`
  const { endpoint, secret } = await rpc.createWebhookEndpoint({
    url: `${of.base ?? server.url}${path}`,
    description: 'CRM',
    eventTypes: of.eventTypes ?? [],
    numberIds: of.numberIds ?? [],
    format: '',
  })
  return { own, rpc, path, secret, endpointId: endpoint?.id ?? '' }
}

const deliveries = async (rpc: Client, endpointId: string, state = '') =>
  (await rpc.listWebhookDeliveries({ endpointId, state, page: page() })).deliveries
const dataAt = (path: string) => server.at(path).map(({ json }) => json.data)
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )
/** Brings what waits for its next try forward, once no try is under way: nobody sleeps through a schedule of days. */
const hurry = (own: Company) =>
  eventually(async () => {
    const { count } = await r.admin.sql`
      update webhook_deliveries set due_at = now()
      where tenant_id = ${own.tenant} and state = 'pending' and failures = tries`
    expect(count).toBeGreaterThan(0)
  })
const endpointEvents = (own: Company) =>
  r.events
    .filter((event) => event.header?.tenantId === own.tenantId)
    .flatMap(({ payload }) => (payload?.$case === 'webhookEndpointChanged' ? [payload.value] : []))

describe('an endpoint hears', () => {
  test('CV7: of a message received, signed as Standard Webhooks has it, once however often the fact is told', async () => {
    const { own, rpc, path, secret, endpointId } = await company()
    const fact = stored(own, { text: 'hola' })
    await r.inbox(fact)
    await r.inbox(fact, fact)
    const [request] = await eventually(() => {
      expect(server.at(path)).toHaveLength(1)
      return server.at(path)
    })
    const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})
    expect(verified).toMatchObject({
      type: 'message.received',
      timestamp: fact.header?.time?.toISOString() ?? '',
      data: {
        direction: 'inbound',
        type: 'text',
        content: { body: 'hola' },
        state: 'received',
        number_id: own.numberId,
        contact: { name: 'Ana', wa_id: '573001112233' },
      },
    })
    expect(request?.headers['content-type']).toBe('application/json')
    await eventually(async () =>
      expect(await deliveries(rpc, endpointId)).toMatchObject([
        { id: request?.headers['webhook-id'] ?? '', state: 'delivered', tries: 1, lastStatus: 204 },
      ]),
    )
    await r.inbox(fact)
    const last = stored(own)
    await r.inbox(last)
    await eventually(() => expect(server.at(path)).toHaveLength(2))
  })

  test('CV7: of what became of a message of ours, in order, without what happens before it leaves', async () => {
    const { own, path } = await company()
    const messageId = newId('message')
    const states = ['queued', 'sending', 'sent', 'delivered', 'read']
    await r.inbox(...states.map((state, n) => updated(own, { messageId, state, version: n + 1 })))
    await eventually(() => expect(server.at(path)).toHaveLength(3))
    expect(dataAt(path).map(({ state, version }) => [state, version])).toEqual([
      ['sent', 3],
      ['delivered', 4],
      ['read', 5],
    ])
    expect(server.at(path)[0]?.json).toMatchObject({
      type: 'message.status',
      data: {
        id: messageId,
        to: '573001112233',
        content: null,
        pricing: { billable: true, category: 'service' },
      },
    })
  })

  test('of each state once, however many versions of it the ledger counts', async () => {
    const { own, path } = await company()
    const messageId = newId('message')
    const versions = [2, 3, 4].map((version) => updated(own, { messageId, state: 'sent', version }))
    await r.inbox(...versions)
    await r.inbox(updated(own, { messageId, state: 'sent', version: 5 }))
    await r.inbox(updated(own, { messageId, state: 'delivered', version: 6 }))
    await eventually(() => expect(dataAt(path).map(({ state }) => state)).toContain('delivered'))
    expect(dataAt(path).map(({ state }) => state)).toEqual(['sent', 'delivered'])
  })

  test('of a failure with Meta’s error', async () => {
    const { own, path } = await company()
    await r.inbox(updated(own, { messageId: newId('message'), state: 'failed', version: 3 }))
    await eventually(() =>
      expect(dataAt(path)).toMatchObject([
        {
          state: 'failed',
          failure_code: 'window_closed',
          error: { code: 131047, title: 'Re-engagement message' },
        },
      ]),
    )
  })

  test('only of the types and numbers it asked for, and nothing older than a day', async () => {
    const own = newCompany()
    const received = await company({ own, eventTypes: ['message.received'] })
    const elsewhere = await company({ own, numberIds: [newId('number')] })
    const all = await company({ own, numberIds: [own.numberId] })
    await r.inbox(
      stored(own, { at: new Date(Date.now() - 25 * 3_600_000) }),
      updated(own, { messageId: newId('message'), state: 'sent', version: 2 }),
      stored(own, { text: 'hola' }),
      stored(own, { direction: 'outbound' }),
    )
    await eventually(() => {
      expect(server.at(received.path)).toHaveLength(1)
      expect(server.at(all.path)).toHaveLength(2)
    })
    expect(server.at(elsewhere.path)).toEqual([])
  })

  test('T4: only of its own company', async () => {
    const one = await company()
    const two = await company({ own: newCompany({ numberId: one.own.numberId }) })
    await r.inbox(stored(one.own, { text: 'one' }), stored(two.own, { text: 'two' }))
    await eventually(() => {
      expect(dataAt(one.path)).toMatchObject([{ content: { body: 'one' } }])
      expect(dataAt(two.path)).toMatchObject([{ content: { body: 'two' } }])
    })
  })
})

describe('an endpoint that fails', () => {
  test('gets the same webhook-id and body at each try, and the later one at its own time', async () => {
    const { own, rpc, path, secret, endpointId } = await company()
    server.reply = () => 500
    await r.inbox(stored(own))
    const [waiting] = await eventually(async () => {
      const found = await deliveries(rpc, endpointId)
      expect(found).toMatchObject([{ state: 'pending', tries: 1, lastStatus: 500, lastError: 'answered' }])
      return found
    })
    const waitMs = (waiting?.nextTryAt?.getTime() ?? 0) - Date.now()
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThan(6_000)
    server.reply = () => 204
    await hurry(own)
    await eventually(() => expect(server.at(path)).toHaveLength(2))
    const [first, second] = server.at(path)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'] ?? '')
    expect(second?.body).toBe(first?.body ?? '')
    new Webhook(secret).verify(second?.body ?? '', second?.headers ?? {})
    await eventually(async () => expect((await deliveries(rpc, endpointId))[0]?.state).toBe('delivered'))
    const endpoint = await rpc.getWebhookEndpoint({ id: endpointId })
    expect(endpoint.lastFailureAt).toBeDate()
    expect(endpoint.lastSuccessAt).toBeDate()
  })

  test('ten times in a row: the delivery has failed, is listed, and can be sent again by hand under its id', async () => {
    const { own, rpc, path, endpointId } = await company()
    server.reply = () => 503
    await r.inbox(stored(own))
    for (let tries = 1; tries <= 10; tries++) {
      await eventually(async () =>
        expect((await deliveries(rpc, endpointId))[0]).toMatchObject({ tries, lastStatus: 503 }),
      )
      if (tries < 10) await hurry(own)
    }
    const [failed] = await eventually(async () => {
      const found = await deliveries(rpc, endpointId, 'failed')
      expect(found).toHaveLength(1)
      return found
    })
    expect(failed).toMatchObject({ state: 'failed', tries: 10, nextTryAt: undefined })
    server.reply = () => 204
    await rpc.retryWebhookDelivery({ id: failed?.id ?? '' })
    await eventually(async () =>
      expect(await deliveries(rpc, endpointId)).toMatchObject([
        { id: failed?.id ?? '', state: 'delivered', tries: 11 },
      ]),
    )
    expect(new Set(server.at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  }, 60_000)

  test('with 410 is switched off, and what comes later is not queued', async () => {
    const { own, rpc, path, endpointId } = await company()
    server.reply = () => 410
    await r.inbox(stored(own))
    await eventually(async () =>
      expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({
        state: 'disabled',
        reason: 'gone',
        pending: 0n,
      }),
    )
    await eventually(() =>
      expect(endpointEvents(own)).toMatchObject([
        { state: 'enabled' },
        { state: 'disabled', reason: 'gone', version: 2n },
      ]),
    )
    server.reply = () => 204
    await r.inbox(stored(own))
    const other = await company()
    await r.inbox(stored(other.own))
    await eventually(() => expect(server.at(other.path)).toHaveLength(1))
    expect(server.at(path)).toHaveLength(1)
    await rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, state: 'enabled' })
    await r.inbox(stored(own))
    await eventually(() => expect(server.at(path)).toHaveLength(2))
  })

  test('for five days becomes `failing`, tells so, and what waits goes out when it is switched on again', async () => {
    const { own, rpc, path, endpointId } = await company()
    server.reply = () => 500
    await r.inbox(stored(own))
    await eventually(async () => expect((await deliveries(rpc, endpointId))[0]?.lastStatus).toBe(500))
    await r.admin
      .sql`update webhook_endpoints set failing_since = now() - interval '5 days' where id = ${uuidOf(endpointId as Id<'webhookEndpoint'>)}`
    await hurry(own)
    await eventually(async () =>
      expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({
        state: 'failing',
        reason: 'failing',
        pending: 1n,
      }),
    )
    await eventually(() => expect(endpointEvents(own).at(-1)).toMatchObject({ state: 'failing' }))
    // Changed, but not switched on: it stays as it is.
    await rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, description: 'Old CRM' })
    expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({
      state: 'failing',
      description: 'Old CRM',
    })
    server.reply = () => 204
    await hurry(own)
    await rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, state: 'enabled' })
    await eventually(async () => expect((await deliveries(rpc, endpointId))[0]?.state).toBe('delivered'))
    expect(server.at(path)).toHaveLength(3)
    expect(await rpc.getWebhookEndpoint({ id: endpointId })).toMatchObject({ state: 'enabled', reason: '' })
  })

  test('keeps nobody waiting: others hear at once beside an endpoint that never answers', async () => {
    const dead = await startEndpointServer()
    dead.reply = () => () => {}
    const slow = await company({ base: dead.url })
    await r.inbox(...Array.from({ length: 300 }, () => stored(slow.own)))
    await eventually(() => expect(dead.requests.length).toBeGreaterThan(0))
    const quick = await company()
    const began = Date.now()
    for (let n = 0; n < 20; n++) await r.inbox(stored(quick.own))
    await eventually(() => expect(server.at(quick.path)).toHaveLength(20))
    expect(Date.now() - began).toBeLessThan(15_000)
    // Of its own share no more than sixteen at once.
    expect(dead.requests.length).toBeLessThanOrEqual(16)
    await dead.stop()
  }, 60_000)
})

test('two replicas share the work: each request and each answer is made once', async () => {
  const own = newCompany()
  const { path, rpc } = await company({ own })
  await rpc.createRule(someRule)
  const second = await r.start()
  const facts = Array.from({ length: 60 }, () => stored(own, { text: 'horario' }))
  for (let n = 0; n < facts.length; n += 5) await r.inbox(...facts.slice(n, n + 5))
  await eventually(async () => {
    const open = await r.admin.sql`
      select 1 from answers where tenant_id = ${own.tenant} and state = 'pending' union all
      select 1 from webhook_deliveries where tenant_id = ${own.tenant} and state = 'pending'`
    expect(open).toHaveLength(0)
    expect(new Set(server.at(path).map(({ headers }) => headers['webhook-id'])).size).toBe(60)
  })
  expect(server.at(path)).toHaveLength(60)
  const asked = r.others.ledger.calls.filter(({ tenantId }) => tenantId === own.tenantId)
  expect(asked).toHaveLength(60)
  await second.stop()
}, 60_000)

describe('secrets', () => {
  test('T7: after a rotation both secrets verify for a day, then the new one alone', async () => {
    const { own, rpc, path, secret, endpointId } = await company()
    const rotated = await rpc.rotateWebhookSecret({ id: endpointId })
    expect(rotated.secret).not.toBe(secret)
    await r.inbox(stored(own))
    await eventually(() => expect(server.at(path)).toHaveLength(1))
    const both = server.at(path)[0]
    for (const one of [secret, rotated.secret]) new Webhook(one).verify(both?.body ?? '', both?.headers ?? {})
    await r.admin.sql`update webhook_endpoints set previous_until = now() where tenant_id = ${own.tenant}`
    await r.inbox(stored(own))
    await eventually(() => expect(server.at(path)).toHaveLength(2))
    const later = server.at(path)[1]
    new Webhook(rotated.secret).verify(later?.body ?? '', later?.headers ?? {})
    expect(() => new Webhook(secret).verify(later?.body ?? '', later?.headers ?? {})).toThrow()
  })

  test('DESIGN 7: lie sealed in the table, and are in no other answer', async () => {
    const { own, rpc, secret, endpointId } = await company()
    const rows = await r.admin.sql`select secret from webhook_endpoints where tenant_id = ${own.tenant}`
    const kept = Buffer.from(rows[0]?.secret as Uint8Array)
    expect(kept.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false)
    expect(kept.toString('latin1')).not.toContain('whsec_')
    const shown = [
      await rpc.getWebhookEndpoint({ id: endpointId }),
      await rpc.listWebhookEndpoints({ page: page() }),
    ]
    const text = JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(text).not.toContain(secret)
  })

  test('tenancy away: what cannot be signed waits without a try, and goes out when it is back', async () => {
    const { own, rpc, path, endpointId } = await company()
    const restarted = await r.start()
    // A process that has asked for no key yet, alone with the work.
    await service.stop()
    r.others.tenancy.away = true
    await r.inbox(stored(own))
    const other = await r.as(restarted, own)
    await eventually(async () =>
      expect((await deliveries(other, endpointId))[0]).toMatchObject({ state: 'pending', tries: 0 }),
    )
    r.others.tenancy.away = false
    await eventually(() => expect(server.at(path)).toHaveLength(1), { timeoutMs: 20_000 })
    service = restarted
    rpc.close()
  }, 60_000)
})

test('O3: metrics count tries by outcome, and say how long the oldest has waited', async () => {
  const { own, path } = await company()
  server.reply = () => 500
  await r.inbox(stored(own))
  await eventually(() => expect(server.at(path)).toHaveLength(1))
  server.reply = () => 204
  await r.inbox(stored(own))
  await eventually(async () => {
    const text = await (await fetch(`http://127.0.0.1:${service.ports.admin}/metrics`)).text()
    for (const outcome of ['delivered', 'again'])
      expect(text).toMatch(
        new RegExp(`automation_webhook_deliveries_total\\{[^}]*outcome="${outcome}"[^}]*\\} [1-9]`),
      )
    expect(text).toMatch(/automation_oldest_due_seconds\{[^}]*queue="deliveries"[^}]*\} \d/)
    expect(text).toMatch(/automation_webhook_request_seconds_count\S* [1-9]/)
  })
})

describe('endpoints over gRPC', () => {
  test('a test delivery says what the endpoint answered, and is tried once', async () => {
    const { own, rpc, path, secret, endpointId } = await company()
    expect(await rpc.testWebhookEndpoint({ id: endpointId })).toMatchObject({
      eventType: 'ping',
      state: 'delivered',
      lastStatus: 204,
      tries: 1,
    })
    const [request] = server.at(path)
    expect(new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {})).toMatchObject({
      type: 'ping',
      data: { endpoint_id: endpointId },
    })
    server.reply = () => 500
    expect(await rpc.testWebhookEndpoint({ id: endpointId })).toMatchObject({
      state: 'failed',
      lastStatus: 500,
    })
    expect(await deliveries(rpc, endpointId)).toHaveLength(2)
    expect(
      await r.admin
        .sql`select 1 from webhook_deliveries where tenant_id = ${own.tenant} and state = 'pending'`,
    ).toHaveLength(0)
  })

  test('H1: are made, listed newest first by pages, changed and deleted with what waits', async () => {
    const own = newCompany()
    const made = [await company({ own }), await company({ own }), await company({ own })]
    const rpc = made[0]?.rpc as Client
    const first = await rpc.listWebhookEndpoints({ page: page('', 2) })
    const rest = await rpc.listWebhookEndpoints({ page: page(first.nextCursor, 2) })
    expect([...first.endpoints, ...rest.endpoints].map(({ id }) => id)).toEqual(
      made.map(({ endpointId }) => endpointId).reverse(),
    )
    const id = made[1]?.endpointId ?? ''
    await rpc.updateWebhookEndpoint({
      ...sameEndpoint,
      id,
      state: 'disabled',
      eventTypes: { values: ['message.status'] },
    })
    expect(await rpc.getWebhookEndpoint({ id })).toMatchObject({
      state: 'disabled',
      eventTypes: ['message.status'],
    })
    await rpc.deleteWebhookEndpoint({ id })
    expect(await code(rpc.getWebhookEndpoint({ id }))).toBe('not_found')
    await eventually(() =>
      expect(endpointEvents(own).at(-1)).toMatchObject({ endpointId: id, state: 'deleted' }),
    )
  })

  test('deliveries are listed newest first by pages, each once', async () => {
    const { own, rpc, endpointId } = await company()
    await r.inbox(...Array.from({ length: 25 }, () => stored(own)))
    await eventually(async () => expect(await deliveries(rpc, endpointId, 'delivered')).toHaveLength(25))
    const ids: string[] = []
    let cursor = ''
    do {
      const part = await rpc.listWebhookDeliveries({ endpointId, state: '', page: page(cursor, 10) })
      ids.push(...part.deliveries.map(({ id }) => id))
      cursor = part.nextCursor
    } while (cursor)
    expect(ids).toHaveLength(25)
    expect(new Set(ids).size).toBe(25)
  })

  test('H4: what is not valid is refused; T4: what is another company’s is not found; U7: roles', async () => {
    const { own, rpc, endpointId } = await company()
    await r.inbox(stored(own))
    const [delivery] = await eventually(async () => {
      const found = await deliveries(rpc, endpointId)
      expect(found).toHaveLength(1)
      return found
    })
    const make = (url: string, eventTypes: string[] = []) =>
      rpc.createWebhookEndpoint({ url, description: '', eventTypes, numberIds: [], format: '' })
    expect(await code(make('ftp://x.test/'))).toBe('validation_failed')
    expect(await code(make('https://user:pass@x.test/'))).toBe('validation_failed')
    expect(await code(make('https://x.test/', ['message.deleted']))).toBe('validation_failed')
    expect(await code(rpc.updateWebhookEndpoint({ ...sameEndpoint, id: endpointId, state: 'failing' }))).toBe(
      'validation_failed',
    )
    const stranger = await r.as(service, newCompany())
    const id = endpointId
    expect(await code(stranger.getWebhookEndpoint({ id }))).toBe('not_found')
    expect(await code(stranger.updateWebhookEndpoint({ ...sameEndpoint, id, state: 'disabled' }))).toBe(
      'not_found',
    )
    expect(await code(stranger.rotateWebhookSecret({ id }))).toBe('not_found')
    expect(await code(stranger.testWebhookEndpoint({ id }))).toBe('not_found')
    expect(await code(stranger.deleteWebhookEndpoint({ id }))).toBe('not_found')
    expect(await code(stranger.listWebhookDeliveries({ endpointId, state: '', page: page() }))).toBe(
      'not_found',
    )
    expect(await code(stranger.retryWebhookDelivery({ id: delivery?.id ?? '' }))).toBe('not_found')
    expect(await code(rpc.retryWebhookDelivery({ id: newId('webhookDelivery') }))).toBe('not_found')
    const supervisor = await r.as(service, own, rolePermissions.supervisor)
    expect(await code(supervisor.listWebhookEndpoints({ page: page() }))).toBe('forbidden')
    expect(await code(r.anonymous(service).listWebhookEndpoints({ page: page() }))).toBe('unauthenticated')
  })
})
