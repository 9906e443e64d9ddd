/** What `/api/health` says with each part there and away; the whole product without each is test/health. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { eventually, freePort, stack } from '@palomar/testkit'
import { type Gateway, startWorld, type World } from './fixture.ts'

let world: World
let gateway: Gateway

beforeAll(async () => {
  world = await startWorld()
  gateway = await world.gateway({ REDIS_URL: await stack().redisUrl() })
})
afterAll(() => world.stop())
beforeEach(() => Object.assign(world.stubs.parts, { postgres: true, graph: true }))

/** Once what was found before has been forgotten. */
const says = (path: string, status: number, body: unknown, at = gateway) =>
  eventually(async () => {
    const response = await at.call('GET', path)
    expect([response.status, await response.json()]).toEqual([status, body])
  })

test('O1: every part that is there is ok, without a credential, and nothing else is said', async () => {
  for (const part of ['db', 'whatsapp', 'redis', 'nats']) {
    await says(`/api/health/${part}`, 200, { status: 'ok' })
  }
  const services = ['tenancy', 'ingest', 'inbox', 'dispatcher', 'media', 'analytics', 'automation']
  await says('/api/health', 200, {
    status: 'ok',
    parts: { db: 'ok', whatsapp: 'ok', redis: 'ok', nats: 'ok' },
    services: Object.fromEntries(services.map((name) => [name, 'ok'])),
  })
})

test('O1: a database that one service cannot reach is away, and so is the whole', async () => {
  world.stubs.parts.postgres = false
  await says('/api/health/db', 503, { status: 'away' })
  await eventually(async () => expect((await gateway.call('GET', '/api/health')).status).toBe(503))
})

test('O1: WhatsApp that cannot be reached is away, and the whole is degraded, not away', async () => {
  world.stubs.parts.graph = false
  await says('/api/health/whatsapp', 503, { status: 'away' })
  await eventually(async () => {
    const response = await gateway.call('GET', '/api/health')
    expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([
      200,
      'degraded',
    ])
  })
})

test('O1: what is not set up is off, and answers 200', async () => {
  const plain = await world.gateway({ WHATSAPP_ENABLED: 'false' })
  await says('/api/health/redis', 200, { status: 'off' }, plain)
  await says('/api/health/whatsapp', 200, { status: 'off' }, plain)
})

test('O1: a Redis that does not answer is away', async () => {
  const without = await world.gateway({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
  await says('/api/health/redis', 503, { status: 'away' }, without)
})

test('O1: asked a thousand times, the services are asked a few times', async () => {
  let asked = 0
  Object.defineProperty(world.stubs.parts, 'graph', {
    configurable: true,
    enumerable: true,
    get: () => {
      asked++
      return true
    },
    set: () => undefined,
  })
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 1000 }, () => gateway.call('GET', '/api/health/whatsapp')))
  const seconds = (performance.now() - startedAt) / 1000
  expect(asked).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
})

test('O1: a service that does not answer is named; a vital one takes the whole with it', async () => {
  await world.stubs.stopService('media')
  await eventually(async () => {
    const body = (await (await gateway.call('GET', '/api/health')).json()) as Record<string, unknown>
    expect(body).toMatchObject({ status: 'degraded', services: { media: 'away', inbox: 'ok' } })
  })
  await world.stubs.stopService('dispatcher')
  await says('/api/health/whatsapp', 503, { status: 'away' })
  await eventually(async () => expect((await gateway.call('GET', '/api/health')).status).toBe(503))
})

test('O1: NATS that has gone is away', async () => {
  await world.nats.kill()
  await says('/api/health/nats', 503, { status: 'away' })
})
