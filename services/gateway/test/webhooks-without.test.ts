/** Webhooks while something that they need is not there. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { Bus } from '@palomar/bus'
import { signPayload } from '@palomar/cloud-api'
import { areas, buckets, durables } from '@palomar/contracts'
import { appError } from '@palomar/errors'
import { eventually } from '@palomar/testkit'
import { demoApp, type Gateway, sealApp, startWorld, type World, writeSnapshot } from './fixture.ts'

let world: World
let tenancy: Bus

beforeEach(async () => {
  world = await startWorld()
  tenancy = await world.as('tenancy')
})
afterEach(() => world.stop())

function post(gateway: Gateway, text: string, path = '/webhooks/whatsapp'): Promise<Response> {
  const body = JSON.stringify({ text })
  const signature = signPayload(body, 'first secret')
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': signature },
  })
}

const readyz = async (gateway: Gateway) => (await fetch(`${gateway.adminUrl}/readyz`)).status
const isReady = (gateway: Gateway) => eventually(async () => expect(await readyz(gateway)).toBe(200))

test('CONTRACTS 14: without a snapshot the gateway is not ready and answers 503, never 404', async () => {
  let asked = 0
  world.stubs.special.findApp = async () => {
    asked++
    throw appError('not_found')
  }
  const gateway = await world.gateway()
  for (const path of ['/webhooks/whatsapp', '/webhooks/whatsapp/any']) {
    const answer = await post(gateway, 'early', path)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).not.toBeNull()
  }
  const query = 'hub.mode=subscribe&hub.verify_token=verify%20me&hub.challenge=1'
  expect((await fetch(`${gateway.url}/webhooks/whatsapp?${query}`)).status).toBe(503)
  expect((await fetch(`${gateway.url}/webhooks/health`)).status).toBe(503)
  expect(await readyz(gateway)).toBe(503)
  expect(asked).toBe(0)
})

test('CONTRACTS 14: half a snapshot is none: entries without their marker, or fewer than it says', async () => {
  await writeSnapshot(tenancy, [demoApp], { marker: false })
  const gateway = await world.gateway()
  expect((await post(gateway, 'no marker')).status).toBe(503)
  const bucket = tenancy.kv(buckets.appSecrets.name)
  await bucket.put('_marker', new TextEncoder().encode(JSON.stringify({ revision: 1, apps: 2 })))
  expect((await post(gateway, 'one of two')).status).toBe(503)
  expect(await readyz(gateway)).toBe(503)
  await bucket.put('second', sealApp({ ...demoApp, slug: 'second' }))
  await isReady(gateway)
  expect((await post(gateway, 'whole')).status).toBe(200)
})

test('CONTRACTS 14: an entry that cannot be opened is 503: the app exists', async () => {
  const bucket = tenancy.kv(buckets.appSecrets.name)
  await bucket.put('default', sealApp({ ...demoApp, slug: 'elsewhere' }))
  await bucket.put('_marker', new TextEncoder().encode(JSON.stringify({ revision: 1, apps: 1 })))
  world.stubs.special.findApp = async () => {
    throw appError('unavailable')
  }
  const gateway = await world.gateway()
  await isReady(gateway)
  expect((await post(gateway, 'sealed for another place')).status).toBe(503)
})

test('W10: when it is certain that no app exists, a delivery is acknowledged and nothing else', async () => {
  await writeSnapshot(tenancy, [])
  const gateway = await world.gateway()
  await isReady(gateway)
  expect((await post(gateway, 'nobody yet')).status).toBe(200)
  expect((await post(gateway, 'nobody yet', '/webhooks/whatsapp/named')).status).toBe(404)
  // Not certain any more: then it has to come again.
  world.stubs.special.findApp = async () => {
    throw appError('unavailable')
  }
  const other = await world.gateway()
  await isReady(other)
  expect((await post(other, 'nobody yet')).status).toBe(503)
})

test('W10: WHATSAPP_ENABLED=false acknowledges and keeps nothing', async () => {
  await writeSnapshot(tenancy, [demoApp])
  const gateway = await world.gateway({ WHATSAPP_ENABLED: 'false' })
  await isReady(gateway)
  const ingest = await world.as('ingest')
  const kept: string[] = []
  await ingest.consume(areas.webhooks, durables.ingestWebhooks, async (delivered) => {
    kept.push(...delivered.map(({ event }) => event.body.toString()))
    return delivered.map(() => 'ok' as const)
  })
  expect((await post(gateway, 'off')).status).toBe(200)
  const other = await world.gateway()
  await isReady(other)
  expect((await post(other, 'on')).status).toBe(200)
  await eventually(() => expect(kept).toEqual(['{"text":"on"}']))
})

test('CONTRACTS 15 R3: with NATS away every delivery is 503; back again they are 200 without a restart, and each 200 was kept', async () => {
  await writeSnapshot(tenancy, [demoApp])
  const gateway = await world.gateway()
  await isReady(gateway)
  const acknowledged: string[] = []
  const send = async (text: string) => {
    const { status } = await post(gateway, text)
    if (status === 200) acknowledged.push(JSON.stringify({ text }))
    return status
  }
  expect(await send('before')).toBe(200)
  await world.nats.kill()
  const during = await Promise.all(Array.from({ length: 20 }, (_, i) => send(`during ${i}`)))
  expect(new Set(during)).toEqual(new Set([503]))
  await eventually(async () => expect((await fetch(`${gateway.url}/webhooks/health`)).status).toBe(503))
  await world.nats.restart()
  await eventually(async () => expect(await send('after')).toBe(200), { timeoutMs: 20_000, everyMs: 100 })
  const ingest = await world.as('ingest')
  const kept = new Set<string>()
  await ingest.consume(areas.webhooks, durables.ingestWebhooks, async (delivered) => {
    for (const { event } of delivered) kept.add(event.body.toString())
    return delivered.map(() => 'ok' as const)
  })
  await eventually(() => {
    for (const text of acknowledged) expect(kept.has(text)).toBe(true)
  })
}, 60_000)

test('CONTRACTS 14: the last whole snapshot serves on while NATS is gone and comes back', async () => {
  await writeSnapshot(tenancy, [demoApp])
  const gateway = await world.gateway()
  await isReady(gateway)
  await world.nats.kill()
  const bad = await fetch(`${gateway.url}/webhooks/whatsapp`, { method: 'POST', body: '{}' })
  // Who it is for is still known: a wrong signature is told as such, and not as an outage.
  expect(bad.status).toBe(401)
  expect(await readyz(gateway)).toBe(200)
  await world.nats.restart()
  await eventually(async () => expect((await post(gateway, 'after')).status).toBe(200), { timeoutMs: 20_000 })
}, 60_000)

test('a stopping gateway finishes the deliveries under way', async () => {
  await writeSnapshot(tenancy, [demoApp])
  const gateway = await world.gateway()
  await isReady(gateway)
  const answers = Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      post(gateway, `stopping ${i}`).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  )
  await eventually(async () => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
    expect(text).toMatch(/webhooks_total\{[^}]*result="stored"[^}]*\} [1-9]/)
  })
  await gateway.service.stop()
  // Either it had its answer, or it never got in; an acknowledgement that was begun is not cut.
  for (const status of await answers) expect([200, 0]).toContain(status)
})
