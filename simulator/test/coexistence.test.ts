import { describe, expect, test } from 'bun:test'
import { createGraphClient } from '@palomar/cloud-api'
import { ask } from './graph.ts'
import { demo, errorOf, hello, startWorld, text, type World, wamidOf } from './harness.ts'
import { understood, valuesOf } from './understood.ts'

const { phoneNumberId, wabaId, customer: waId } = demo
const hour = 3_600_000
const day = 24 * hour
const startsAt = Date.UTC(2026, 10, 2, 12)

function open(connection: Record<string, unknown> = {}) {
  const world = startWorld({ virtualClockFrom: startsAt, settings: { historyGapMs: 100 } })
  world.control.connectApp({ phoneNumberId, do: 'onboard', ...connection })
  const graph = (method: string, path: string, body?: unknown) => ask(world.url, method, path, body)
  const sync = (sync_type: string) =>
    graph('POST', `${phoneNumberId}/smb_app_data`, { messaging_product: 'whatsapp', sync_type })
  return { world, graph, sync }
}

/** Chunks as they came. */
const chunksIn = (world: World) =>
  valuesOf(world, 'history').flatMap(({ history = [] }) =>
    history.map(({ metadata, threads = [] }) => ({
      ...metadata,
      messages: threads.flatMap(({ messages = [] }) => messages),
    })),
  )

describe('a number on the app and on the API', () => {
  test('says so, sends 20 a second, has no groups, is not deregistered, and has no webhook of its own', async () => {
    const { world, graph } = open()
    expect(await graph('GET', `${phoneNumberId}?fields=is_on_biz_app,platform_type,throughput`)).toEqual({
      id: phoneNumberId,
      is_on_biz_app: true,
      platform_type: 'CLOUD_API',
      throughput: { level: 'STANDARD' },
    })
    const other = await ask(
      world.url,
      'GET',
      '100000000000002?fields=is_on_biz_app',
      undefined,
      'sim-token-panaderia-sol',
    )
    expect(other).toMatchObject({ is_on_biz_app: false })
    const sends = Array.from({ length: 22 }, (_, n) => world.send({ ...hello, to: `57300999${1000 + n}` }))
    const codes = (await Promise.all(sends)).map((result) =>
      result.kind === 'answered' && result.status === 200 ? 0 : errorOf(result).code,
    )
    expect(codes.filter((code) => code === 130429)).toHaveLength(2)
    world.control.number(phoneNumberId, { isOfficial: true })
    expect(() => world.control.number(phoneNumberId, { throughput: 80 })).toThrow('20 a second')
    expect(() => world.control.limits.upgrade(phoneNumberId)).toThrow('20 a second')
    const group = { messaging_product: 'whatsapp', subject: 'Vecinos' }
    expect(await graph('POST', `${phoneNumberId}/groups`, group)).toMatchObject({ error: { code: 131215 } })
    expect(await graph('POST', `${phoneNumberId}/deregister`)).toMatchObject({ error: { code: 100 } })
    const override = {
      override_callback_uri: `${new URL(world.webhookUrl).origin}/propia`,
      verify_token: 'sí',
    }
    const redirect = () => graph('POST', phoneNumberId, { webhook_configuration: override })
    expect(await redirect()).toMatchObject({ error: { code: 200 } })
    world.control.settings({ appOverride: 'taken' })
    expect(await redirect()).toEqual({ success: true })
  })

  test('what the owner writes, corrects and deletes in the app comes as an echo; what the API sends does not', async () => {
    const { world } = open()
    const wamid = world.control.ownerWrites({ phoneNumberId, waId, text: 'ya salió' })
    const edit = { original_message_id: wamid, message: { type: 'text', text: { body: 'ya salió a las 5' } } }
    world.control.ownerWrites({ phoneNumberId, waId, type: 'edit', content: edit })
    world.control.ownerWrites({
      phoneNumberId,
      waId,
      type: 'revoke',
      content: { original_message_id: wamid },
    })
    world.control.write({ phoneNumberId, waId, text: '¿qué?' })
    wamidOf(await world.send(text))
    await world.control.advance(5_000)
    const echoes = valuesOf(world, 'smb_message_echoes').flatMap(({ message_echoes = [] }) => message_echoes)
    expect(echoes).toMatchObject([
      {
        id: wamid,
        from: '573000000001',
        to: waId,
        to_user_id: 'CO.8pQ2xV7kLm',
        type: 'text',
        text: { body: 'ya salió' },
      },
      { type: 'edit', edit: { original_message_id: wamid, message: { text: { body: 'ya salió a las 5' } } } },
      { type: 'revoke', revoke: { original_message_id: wamid } },
    ])
    const query = new URLSearchParams({ phone_number_id: phoneNumberId, wa_id: waId })
    const chat = await (await fetch(`${world.url}/control/chat?${query}`)).json()
    expect(chat).toMatchObject({
      messages: [{ wamid, from: 'business', isRevoked: true, text: 'ya salió a las 5' }, {}, {}],
    })
  })

  test('of a customer’s first message it is only told that it cannot be had (131060), where that is set', async () => {
    const { world } = open()
    world.control.settings({ appFirstMessage: 'unsupported' })
    for (const words of ['vengo del anuncio', '¿hola?'])
      world.control.write({ phoneNumberId, waId, text: words })
    await world.control.advance(1_000)
    const [first, second] = world.inbound()
    expect(first).toMatchObject({
      type: 'unsupported',
      content: { kind: 'unsupported' },
      errors: [{ code: 131060 }],
    })
    expect(second).toMatchObject({ content: { kind: 'text', body: '¿hola?' } })
    understood(world)
  })

  test('it is off, back, and gone, and the account hears of each: the portfolio of the last', async () => {
    const { world, graph } = open()
    world.control.connectApp({ phoneNumberId, do: 'offboard' })
    expect(errorOf(await world.send(hello)).code).toBe(133010)
    world.control.connectApp({ phoneNumberId, do: 'reconnect' })
    wamidOf(await world.send(hello))
    world.control.connectApp({
      phoneNumberId,
      do: 'disconnect',
      reason: 'PRIMARY_INACTIVITY',
      initiatedBy: 'SYSTEM',
    })
    await world.control.advance(5_000)
    expect(errorOf(await world.send(hello)).code).toBe(133010)
    expect(await graph('GET', `${phoneNumberId}?fields=is_on_biz_app`)).toMatchObject({
      is_on_biz_app: false,
    })
    const told = understood(world).flatMap((change) =>
      change.kind === 'account_update'
        ? [[change.entryId, change.entryTime !== undefined, change.value]]
        : [],
    )
    expect(told).toMatchObject([
      [wabaId, true, { event: 'ACCOUNT_OFFBOARDED', phone_number: '573000000001' }],
      [wabaId, true, { event: 'ACCOUNT_RECONNECTED' }],
      [
        '300000000000001',
        true,
        {
          event: 'PARTNER_REMOVED',
          waba_info: { waba_id: wabaId, owner_business_id: '300000000000001' },
          disconnection_info: { reason: 'PRIMARY_INACTIVITY', initiated_by: 'SYSTEM' },
        },
      ],
    ])
  })
})

describe('what the app holds', () => {
  test('each sync is asked for once, within 24 hours of the connection, and of a number that is on the app', async () => {
    const { world, graph, sync } = open()
    expect(await sync('smb_app_state_sync')).toEqual({
      messaging_product: 'whatsapp',
      request_id: expect.any(String),
    })
    expect(await sync('smb_app_state_sync')).toMatchObject({ error: { code: 2593107 } })
    expect(await sync('everything')).toMatchObject({ error: { code: 100 } })
    await world.control.advance(25 * hour)
    expect(await sync('history')).toMatchObject({ error: { code: 2593108 } })
    world.control.connectApp({ phoneNumberId, do: 'onboard' })
    expect(await sync('history')).toMatchObject({ messaging_product: 'whatsapp' })
    const body = { messaging_product: 'whatsapp', sync_type: 'history' }
    const elsewhere = await ask(
      world.url,
      'POST',
      '100000000000002/smb_app_data',
      body,
      'sim-token-panaderia-sol',
    )
    expect(elsewhere).toMatchObject({ error: { code: 100 } })
    expect(await graph('GET', `${phoneNumberId}/smb_app_data`)).toMatchObject({ error: { code: 100 } })
  })

  test('the address book comes whole, then each change of it', async () => {
    const { world, sync } = open({ threads: 1_300 })
    await sync('smb_app_state_sync')
    await world.control.advance(1_000)
    const book = () => valuesOf(world, 'smb_app_state_sync').flatMap(({ state_sync = [] }) => state_sync)
    expect(new Set(book().map(({ contact }) => contact?.phone_number)).size).toBe(1_300)
    expect(book()[0]).toMatchObject({
      type: 'contact',
      action: 'add',
      contact: { full_name: 'Ana Ríos', first_name: 'Ana' },
    })
    world.control.ownerKeeps(phoneNumberId, waId, 'Lucía de la panadería')
    world.control.ownerKeeps(phoneNumberId, waId, undefined, true)
    await world.control.advance(1_000)
    expect(book().slice(-2)).toMatchObject([
      { action: 'add', contact: { full_name: 'Lucía de la panadería', phone_number: waId } },
      { action: 'remove', contact: { phone_number: waId } },
    ])
    expect(book().at(-1)?.contact?.full_name).toBeUndefined()
  })

  test('the history comes in chunks of three phases back to 180 days, then the files its placeholders stood for', async () => {
    const { world, sync } = open({ threads: 30, messages: 900, pictures: 4 })
    world.control.settings({ historyBytesMax: 40_000 })
    await sync('history')
    await world.control.advance(10_000)
    const chunks = chunksIn(world)
    expect(chunks.length).toBeGreaterThan(4)
    for (const [phase, [from, to]] of [
      [0, 1],
      [1, 90],
      [90, 180],
    ].entries()) {
      const own = chunks.filter((chunk) => chunk.phase === phase)
      expect(own.map(({ chunk_order }) => chunk_order)).toEqual(own.map((_, n) => n + 1))
      for (const { timestamp } of own.flatMap(({ messages }) => messages)) {
        const ageMs = startsAt - (timestamp?.getTime() ?? 0)
        expect(ageMs).toBeGreaterThanOrEqual((from ?? 0) * day * Number(phase > 0))
        expect(ageMs).toBeLessThanOrEqual((to ?? 0) * day + 1_000)
      }
    }
    expect(chunks.map(({ progress }) => progress)).toEqual(
      chunks.map(({ progress }) => progress).sort((a = 0, b = 0) => a - b),
    )
    expect(chunks.at(-1)?.progress).toBe(100)
    const messages = chunks.flatMap((chunk) => chunk.messages)
    expect(new Set(messages.map(({ id }) => id)).size).toBe(900)
    expect(messages.every(({ history_context }) => history_context?.status !== undefined)).toBe(true)
    const placeholders = messages.filter(({ type }) => type === 'media_placeholder').map(({ id }) => id)
    const files = valuesOf(world, 'history').flatMap((value) => [
      ...(value.messages ?? []),
      ...(value.message_echoes ?? []),
    ])
    expect(files.map(({ id }) => id).sort()).toEqual(placeholders.sort())
    expect(placeholders).toHaveLength(4)
    const client = createGraphClient({ baseUrl: world.url })
    const file = {
      token: demo.token,
      version: 'v24.0',
      deadlineMs: 5_000,
      mediaId: files[0]?.image?.id ?? '',
    }
    expect((await client.getMedia(file)).kind).toBe('ok')
    client.close()
    expect(world.badSignatures).toBe(0)
  })

  test('chunks come out of order, where a fault says so: their numbers tell', async () => {
    const { world, sync } = open({ messages: 600 })
    world.control.settings({ historyBytesMax: 40_000 })
    world.control.faults({ historyOutOfOrder: 1 })
    await sync('history')
    await world.control.advance(10_000)
    const came = chunksIn(world).map(({ progress = 0 }) => progress)
    expect(came).not.toEqual([...came].sort((a, b) => a - b))
    expect(new Set(chunksIn(world).flatMap(({ messages }) => messages.map(({ id }) => id))).size).toBe(600)
  })

  test('a body may hold thousands of messages, up to 3 MB', async () => {
    const { world, sync } = open({ threads: 200, messages: 17_000 })
    await sync('history')
    await world.control.advance(10_000)
    const chunks = chunksIn(world)
    const sizes = world.delivered.map(({ bytes }) => bytes.length)
    expect(Math.max(...sizes)).toBeGreaterThan(2_900_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3_000_000)
    expect(Math.max(...chunks.map(({ messages }) => messages.length))).toBeGreaterThan(5_000)
  }, 30_000)

  test('an owner who keeps the past to himself: 2593109 and nothing else', async () => {
    const { world, sync } = open({ sharesHistory: false })
    await sync('history')
    await world.control.advance(10_000)
    expect(valuesOf(world, 'history')).toMatchObject([{ history: [{ errors: [{ code: 2593109 }] }] }])
  })

  test('all of it is steered over the control API too; a number that is not on the app is said', async () => {
    const { world } = open()
    const post = async (what: string, body: object) =>
      (
        await fetch(`${world.url}/control/${what}`, {
          method: 'POST',
          body: JSON.stringify({ phone_number_id: phoneNumberId, ...body }),
        })
      ).status
    expect(await post('coexistence', { do: 'onboard', threads: 2, messages: 5, shares_history: true })).toBe(
      200,
    )
    expect(await post('owner', { wa_id: waId, text: 'hola' })).toBe(200)
    expect(await post('owner', { wa_id: waId, text: ' ' })).toBe(400)
    expect(await post('contact', { wa_id: waId, name: 'Ana' })).toBe(200)
    expect(await post('coexistence', { do: 'disconnect', reason: 'BUSINESS_DOWNGRADE' })).toBe(200)
    expect(await post('owner', { wa_id: waId, text: 'hola' })).toBe(400)
  })
})
