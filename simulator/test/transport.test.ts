import { describe, expect, test } from 'bun:test'
import { messagesIn, verifySignature } from '@palomar/cloud-api'
import { eventually } from '@palomar/testkit'
import { appSecret, demo, hello, otherAppSecret, startWorld, type World, wamidOf } from './harness.ts'

const startsAt = Date.UTC(2026, 10, 1, 12)
const virtual = { virtualClockFrom: startsAt }
const { phoneNumberId, customer: waId } = demo
const other = '100000000000002'
const day = 86_400_000
const write = (world: World, text = 'hola', number = phoneNumberId) =>
  world.control.write({ phoneNumberId: number, waId, text })
const fieldsTo = (world: World, path: string) =>
  world.delivered
    .filter((each) => each.path === path)
    .flatMap(({ changes }) => changes)
    .map(({ field }) => field)
const signatureOf = ({ headers }: World['delivered'][number]) => headers.get('x-hub-signature-256')

const graph = (world: World, method: string, path: string, body?: unknown, token = demo.token) =>
  fetch(`${world.url}/v24.0/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('a body', () => {
  test('comes as Meta sends it: JSON with its length, its agent and its signature', async () => {
    const world = startWorld(virtual)
    write(world)
    await world.control.advance(1_000)
    const [{ headers, bytes } = { headers: new Headers(), bytes: new Uint8Array() }] = world.delivered
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('content-length')).toBe(String(bytes.length))
    expect(headers.get('user-agent')).toBe('facebookexternalua')
    expect(headers.get('x-hub-signature-256')).toMatch(/^sha256=[0-9a-f]{64}$/)
  })

  test('holds up to 1,000 updates, and no more than 3 MB', async () => {
    const world = startWorld({ ...virtual, settings: { webhookChangesMax: 1_000 } })
    for (let i = 0; i < 1_000; i++) write(world, `n${i}`)
    await world.control.advance(1_000)
    expect(world.delivered.map(({ changes }) => changes.length)).toEqual([1_000])
    for (let i = 0; i < 200; i++) write(world, 'ñ'.repeat(4_096))
    await world.control.advance(1_000)
    expect(world.delivered.length).toBeGreaterThan(2)
    expect(world.inbound()).toHaveLength(1_200)
    for (const { bytes } of world.delivered) expect(bytes.length).toBeLessThanOrEqual(3 * 1024 * 1024)
  })

  test('holds several accounts, and several fields of one', async () => {
    const world = startWorld(virtual)
    world.control.faults({ mergedWebhooks: 1 })
    write(world)
    write(world, 'a otra', other)
    world.control.number(phoneNumberId, { quality: 'RED' })
    world.control.template(demo.wabaId, 'hello_world', 'en_US', 'PAUSED')
    await world.control.advance(1_000)
    expect(world.delivered).toHaveLength(1)
    const { entry } = JSON.parse(new TextDecoder().decode(world.delivered[0]?.bytes))
    const parts = entry.map(({ id, changes }: { id: string; changes: { field: string }[] }) => [
      id,
      changes.map(({ field }) => field),
    ])
    expect(parts).toEqual([
      [demo.wabaId, ['messages']],
      ['200000000000002', ['messages']],
      [demo.wabaId, ['phone_number_quality_update', 'message_template_status_update']],
    ])
  })
})

describe('deliveries', () => {
  test('go in parallel; one that is not answered in time comes again, the same bytes', async () => {
    const world = startWorld({ settings: { webhookChangesMax: 1, webhookTimeoutMs: 400 } })
    const bodies: string[] = []
    const held: (() => void)[] = []
    let isAnswering = false
    const slow = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        bodies.push(await request.text())
        if (!isAnswering) await new Promise<void>((resolve) => held.push(resolve))
        return new Response('')
      },
    })
    try {
      await world.control.app('default', { webhookUrl: `http://127.0.0.1:${slow.port}/`, trust: true })
      for (let i = 0; i < 5; i++) write(world, `n${i}`)
      // None has been answered, so that they did not wait for one another.
      await eventually(() => expect(new Set(bodies).size).toBe(5))
      isAnswering = true
      await eventually(() => expect(world.control.counters().pendingWebhooks).toBe(0))
      expect(new Set(bodies).size).toBe(5)
      expect(bodies.length).toBeGreaterThanOrEqual(10)
    } finally {
      for (const release of held) release()
      await slow.stop(true)
    }
  })

  test('Meta hangs up before the answer: the same bytes come again, though the first were taken', async () => {
    const world = startWorld(virtual)
    world.control.faults({ impatientWebhook: 1 })
    write(world)
    await world.control.advance(60_000)
    expect(world.delivered).toHaveLength(2)
    expect(world.delivered[1]?.bytes).toEqual(world.delivered[0]?.bytes as Uint8Array)
    expect(world.control.counters()).toMatchObject({ pendingWebhooks: 0, webhooks: 1, webhookFailures: 1 })
  })

  test('a wrong signature comes first, and the right one when it was refused', async () => {
    const world = startWorld(virtual)
    world.control.faults({ wrongSignature: 1 })
    world.answers.status = 401
    write(world)
    await world.control.advance(200)
    expect(world.badSignatures).toBe(1)
    world.answers.status = 200
    await world.control.advance(60_000)
    expect(world.badSignatures).toBe(1)
    expect(world.delivered.length).toBeGreaterThan(1)
  })

  test('while a secret is rotated, some are signed with the one before', async () => {
    const world = startWorld(virtual)
    await world.control.app('default', { secret: 'a new one' })
    world.control.faults({ previousSecret: 0.5 })
    for (let i = 0; i < 30; i++) {
      write(world)
      await world.control.advance(100)
    }
    const signedBy = (secret: string) =>
      world.delivered.filter((each) => verifySignature(each.bytes, signatureOf(each), [secret])).length
    expect(signedBy(appSecret)).toBeGreaterThan(0)
    expect(signedBy('a new one')).toBeGreaterThan(0)
    expect(signedBy(appSecret) + signedBy('a new one')).toBe(30)
  })

  test('after six days of our silence everything comes, each once more, with the times of old; after seven it is given up', async () => {
    const world = startWorld({
      ...virtual,
      settings: { webhookRetryGapMaxMs: 6 * 3_600_000, webhookChangesMax: 1 },
    })
    world.answers.status = 503
    const tooOld = write(world, 'primero')
    await world.control.advance(1.5 * day)
    const wamids = Array.from({ length: 20 }, (_, i) => write(world, `n${i}`))
    await world.control.advance(6 * day)
    const before = world.delivered.length
    world.answers.status = 200
    await world.control.advance(day)
    const late = world.delivered.slice(before).flatMap(({ changes }) => changes)
    const messages = late.flatMap(messagesIn)
    expect(messages.map(({ wamid }) => wamid).sort()).toEqual([...wamids].sort())
    expect(messages.map(({ wamid }) => wamid)).not.toContain(tooOld)
    for (const { timestamp } of messages) expect(timestamp).toEqual(new Date(startsAt + 1.5 * day))
    expect(world.control.counters()).toMatchObject({ webhooksGivenUp: 1, pendingWebhooks: 0 })
  })
})

describe('who hears of an account', () => {
  test('nobody before it is subscribed', async () => {
    const world = startWorld(virtual)
    await graph(world, 'DELETE', `${demo.wabaId}/subscribed_apps`)
    write(world)
    world.control.number(phoneNumberId, { quality: 'RED' })
    await world.control.advance(1_000)
    expect(world.delivered).toEqual([])
    await graph(world, 'POST', `${demo.wabaId}/subscribed_apps`)
    write(world)
    await world.control.advance(1_000)
    expect(world.inbound()).toHaveLength(1)
  })

  test('each app that subscribed gets a copy under its own secret, until it unsubscribes', async () => {
    const world = startWorld(virtual)
    world.control.token({ token: 'of-the-clinic', nodes: [demo.wabaId], app: 'clinica' })
    const edge = `${demo.wabaId}/subscribed_apps`
    await graph(world, 'POST', edge, undefined, 'of-the-clinic')
    const listed = (await (await graph(world, 'GET', edge)).json()) as { data: unknown[] }
    expect(listed.data).toHaveLength(2)
    wamidOf(await world.send(hello))
    await world.control.advance(1_000)
    expect(fieldsTo(world, '/webhooks/whatsapp')).toHaveLength(2)
    expect(fieldsTo(world, '/webhooks/whatsapp/clinica')).toHaveLength(2)
    for (const each of world.delivered) {
      const secret = each.path.endsWith('clinica') ? otherAppSecret : appSecret
      expect(verifySignature(each.bytes, signatureOf(each), [secret])).toBe(true)
    }
    await graph(world, 'DELETE', edge, undefined, 'of-the-clinic')
    world.delivered.length = 0
    write(world)
    await world.control.advance(1_000)
    expect(world.delivered.map(({ path }) => path)).toEqual(['/webhooks/whatsapp'])
  })

  test('an override takes messages, by number before account; what concerns the account stays with the app', async () => {
    const world = startWorld(virtual)
    const ofNumber = { override_callback_uri: `${world.webhookUrl}/number`, verify_token: 'v' }
    const ofAccount = { override_callback_uri: `${world.webhookUrl}/account`, verify_token: 'v' }
    await graph(world, 'POST', `${demo.wabaId}/subscribed_apps`, ofAccount)
    await graph(world, 'POST', phoneNumberId, { webhook_configuration: ofNumber })
    write(world)
    world.control.customer(waId, { stopsMarketing: true })
    world.control.number(phoneNumberId, { quality: 'RED' })
    world.control.number(phoneNumberId, { standing: 'locked' })
    world.control.template(demo.wabaId, 'hello_world', 'en_US', 'PAUSED')
    await world.control.advance(1_000)
    expect(fieldsTo(world, '/webhooks/whatsapp/number')).toEqual(['messages'])
    expect(fieldsTo(world, '/webhooks/whatsapp/account')).toEqual([])
    expect(fieldsTo(world, '/webhooks/whatsapp').sort()).toEqual([
      'account_update',
      'message_template_status_update',
      'phone_number_quality_update',
      'user_preferences',
    ])
    await graph(world, 'POST', phoneNumberId, {
      webhook_configuration: { override_callback_uri: '', verify_token: '' },
    })
    write(world)
    await world.control.advance(1_000)
    expect(fieldsTo(world, '/webhooks/whatsapp/account')).toEqual(['messages'])
  })

  test('an app in development hears of its account, and not of what people do', async () => {
    const world = startWorld(virtual)
    await world.control.app('default', { inDevelopment: true })
    write(world)
    world.control.number(phoneNumberId, { quality: 'RED' })
    await world.control.advance(1_000)
    expect(world.changes().map(({ field }) => field)).toEqual(['phone_number_quality_update'])
    expect(world.control.counters()).toMatchObject({ webhooksWithheld: 1, pendingWebhooks: 0 })
    await world.control.app('default', { inDevelopment: false })
    write(world)
    await world.control.advance(1_000)
    expect(world.inbound()).toHaveLength(1)
  })
})
