/** Several gateways and Redis: what they share through it, and what happens without it. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { signPayload } from '@palomar/cloud-api'
import { newId } from '@palomar/contracts'
import { eventually, freePort, stack } from '@palomar/testkit'
import { demoApp, type Gateway, startWorld, type World, writeSnapshot } from './fixture.ts'

let world: World
let redisUrl: string

beforeAll(async () => {
  ;[world, redisUrl] = await Promise.all([startWorld(), stack().redisUrl()])
  await writeSnapshot(await world.as('tenancy'), [demoApp])
})
afterAll(() => world.stop())

async function two(env: Record<string, string>): Promise<[Gateway, Gateway]> {
  const pair = await Promise.all([world.gateway(env), world.gateway(env)])
  for (const one of pair) {
    await eventually(async () => expect((await fetch(`${one.adminUrl}/readyz`)).status).toBe(200))
  }
  return pair
}

function key(): string {
  const { identity } = world.stubs.person()
  const value = `pk_${crypto.randomUUID()}`
  world.stubs.identities.set(value, { ...identity, actorId: newId('apiKey') })
  return value
}

// Redis is asked once it is connected; before, each gateway counts for itself. Hence `eventually`, each time afresh.

test('X5: a key has one limit at all gateways together', async () => {
  const pair = await two({ REDIS_URL: redisUrl, RATE_PER_SECOND: '1', REPLICAS: '2' })
  await eventually(async () => {
    const token = key()
    const first = await pair[0].call('GET', '/v1/contacts', { token })
    const second = await pair[1].call('GET', '/v1/contacts', { token })
    expect([first.status, second.status]).toEqual([200, 429])
  })
})

test('CONTRACTS 34: a ticket that was used at one gateway is used at all of them', async () => {
  const pair = await two({ REDIS_URL: redisUrl })
  const { token } = world.stubs.person()
  const handshake = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': btoa('0123456789abcdef'),
  }
  await eventually(async () => {
    const made = await pair[0].call('POST', '/v1/live/tickets', { token })
    const { ticket } = (await made.json()) as { ticket: string }
    const socket = new WebSocket(`${pair[0].url.replace('http', 'ws')}/v1/live?ticket=${ticket}`)
    await new Promise((resolve) => {
      socket.onmessage = resolve
    })
    socket.close()
    const again = await pair[1].call('GET', `/v1/live?ticket=${ticket}`, { headers: handshake })
    expect(again.status).toBe(401)
  })
})

test('CONTRACTS 37: without Redis limits hold at their share, webhooks are stored and sockets open', async () => {
  const nowhere = `redis://127.0.0.1:${await freePort()}`
  const own = await world.gateway({
    REDIS_URL: nowhere,
    REPLICAS: '4',
    RATE_PER_SECOND: '40',
    LOGIN_ATTEMPTS_MAX: '4',
  })
  await eventually(async () => expect((await fetch(`${own.adminUrl}/readyz`)).status).toBe(200))
  const token = key()
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => own.call('GET', '/v1/contacts', { token })),
  )
  const passed = answers.filter(({ status }) => status === 200).length
  expect(passed).toBeGreaterThanOrEqual(10)
  expect(passed).toBeLessThan(60)
  const body = '{}'
  const stored = await fetch(`${own.url}/webhooks/whatsapp`, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': signPayload(body, 'first secret') },
  })
  expect(stored.status).toBe(200)
  expect((await own.call('POST', '/v1/live/tickets', { token: world.stubs.person().token })).status).toBe(201)
})
