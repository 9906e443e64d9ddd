import { describe, expect, test } from 'bun:test'
import { createGraphClient } from '@palomar/cloud-api'
import { demo, hello, startWorld, text, wamidOf } from './harness.ts'

const virtual = { virtualClockFrom: Date.UTC(2026, 5, 1, 12) }
const { phoneNumberId, customer } = demo
const other = { phoneNumberId: '100000000000002', token: 'sim-token-panaderia-sol' }
const texts = (world: ReturnType<typeof startWorld>) =>
  world.delivered.map(({ bytes }) => new TextDecoder().decode(bytes))

describe('on the way to Graph', () => {
  test('a connection that breaks: nothing was accepted, and the caller cannot know', async () => {
    const world = startWorld(virtual)
    world.control.faults({ reset: 1 })
    expect((await world.send(hello)).kind).toBe('in_doubt')
    expect(world.control.accepted()).toEqual([])
    world.control.faults({ reset: 0 })
    wamidOf(await world.send(hello))
  })

  test('an address of a file is over when it is told; the next one is good', async () => {
    const world = startWorld(virtual)
    const client = createGraphClient({ baseUrl: world.url })
    const call = { token: demo.token, version: 'v24.0', deadlineMs: 5_000 }
    const file = crypto.getRandomValues(new Uint8Array(500))
    const kept = await client.uploadMedia({
      ...call,
      phoneNumberId,
      mimeType: 'image/png',
      filename: 'a.png',
      bytes: file,
    })
    const mediaId = kept.kind === 'ok' ? kept.value.id : ''
    const read = async () => {
      const info = await client.getMedia({ ...call, mediaId })
      const url = info.kind === 'ok' ? info.value.url : ''
      return client.downloadMedia({ token: demo.token, url, deadlineMs: 5_000 })
    }
    world.control.faults({ expiredMedia: 1 })
    expect((await read()).kind).toBe('expired')
    world.control.faults({ expiredMedia: 0 })
    const download = await read()
    if (download.kind !== 'file') throw new Error(download.kind)
    expect(
      new Uint8Array(await Array.fromAsync(download.bytes).then((parts) => Buffer.concat(parts))),
    ).toEqual(file)
    client.close()
  })
})

describe('on the way to the webhook', () => {
  test('one is lost, and counted', async () => {
    const world = startWorld(virtual)
    world.control.faults({ lostWebhook: 1 })
    world.control.write({ phoneNumberId, waId: customer, text: 'nunca' })
    await world.control.advance(60_000)
    expect(world.delivered).toEqual([])
    expect(world.control.counters()).toMatchObject({ webhooksLost: 1, pendingWebhooks: 0 })
  })

  test('one is late', async () => {
    const world = startWorld(virtual)
    world.control.faults({ delayedWebhook: 1 })
    world.control.write({ phoneNumberId, waId: customer, text: 'tarde' })
    await world.control.advance(4_000)
    expect(world.delivered).toEqual([])
    await world.control.advance(2_000)
    expect(world.inbound()).toHaveLength(1)
  })

  test('one lets the next pass', async () => {
    const world = startWorld(virtual)
    world.control.faults({ reorderedWebhook: 1 })
    world.control.write({ phoneNumberId, waId: customer, text: 'primero' })
    await world.control.advance(20)
    world.control.faults({ reorderedWebhook: 0 })
    world.control.write({ phoneNumberId, waId: customer, text: 'segundo' })
    await world.control.advance(1_000)
    expect(texts(world).map((body) => /primero|segundo/.exec(body)?.[0])).toEqual(['segundo', 'primero'])
  })

  test('changes of two companies travel in one body', async () => {
    const world = startWorld(virtual)
    world.control.faults({ mergedWebhooks: 1 })
    world.control.write({ phoneNumberId, waId: customer, text: 'a uno' })
    await world.control.advance(100)
    world.control.write({ phoneNumberId: other.phoneNumberId, waId: customer, text: 'a otro' })
    await world.control.advance(1_000)
    expect(world.delivered).toHaveLength(1)
    expect(new Set(world.changes().map(({ entryId }) => entryId)).size).toBe(2)
  })

  test('a message comes without contacts, and with keys that nobody knows', async () => {
    const world = startWorld(virtual)
    world.control.faults({ withoutContacts: 1, unknownKeys: 1 })
    world.control.write({ phoneNumberId, waId: customer, text: 'raro' })
    await world.control.advance(1_000)
    const [body = ''] = texts(world)
    expect(body).not.toContain('"contacts"')
    expect(body).toContain('zz_unknown')
    expect(world.inbound()).toHaveLength(1)
  })

  test('an account hears of a number’s quality, and of a restriction and its end', async () => {
    const world = startWorld(virtual)
    world.control.number(phoneNumberId, { quality: 'RED' })
    world.control.number(phoneNumberId, { standing: 'locked' })
    await world.control.advance(1_000)
    world.control.number(phoneNumberId, { standing: 'good' })
    await world.control.advance(1_000)
    const said = texts(world).join()
    for (const word of ['phone_number_quality_update', 'FLAGGED', 'ACCOUNT_RESTRICTION', 'REINSTATE'])
      expect(said).toContain(word)
  })
})

describe('a scenario', () => {
  test('plays its steps in the world’s time', async () => {
    const world = startWorld(virtual)
    const steps = [
      { at_ms: 1_000, do: 'write', with: { phone_number_id: phoneNumberId, wa_id: customer, text: 'uno' } },
      { at_ms: 5_000, do: 'faults', with: { lostWebhook: 1 } },
      { at_ms: 6_000, do: 'write', with: { phone_number_id: phoneNumberId, wa_id: customer, text: 'dos' } },
      { at_ms: 7_000, do: 'faults', with: { lostWebhook: 0 } },
      { at_ms: 8_000, do: 'write', with: { phone_number_id: phoneNumberId, wa_id: customer, text: 'tres' } },
      { at_ms: 9_000, do: 'write', with: { phone_number_id: '1', wa_id: customer, text: 'a nadie' } },
    ]
    const answer = await fetch(`${world.url}/control/scenario`, {
      method: 'POST',
      body: JSON.stringify({ steps }),
    })
    expect(answer.status).toBe(200)
    await world.control.advance(60_000)
    expect(texts(world).map((body) => /uno|dos|tres/.exec(body)?.[0])).toEqual(['uno', 'tres'])
    const problems = (await (await fetch(`${world.url}/control/problems`)).json()) as string[]
    expect(problems).toEqual(['step 5 (write): no number has the phone_number_id 1'])
  })

  test('is refused whole when a step is wrong', async () => {
    const world = startWorld(virtual)
    for (const wrong of [
      { at_ms: 1, do: 'nothing', with: {} },
      { at_ms: 1, do: 'write', with: {} },
    ]) {
      const body = JSON.stringify({ steps: [wrong] })
      expect((await fetch(`${world.url}/control/scenario`, { method: 'POST', body })).status).toBe(400)
    }
  })
})

describe('a crowd', () => {
  test('writes at its rate, answers its share, falls silent, and every message is in the ledger and in a webhook', async () => {
    const world = startWorld({ ...virtual, settings: { rates: false } })
    world.control.crowd({
      name: 'feria',
      customers: 50,
      writesPerSecond: 20,
      durationMs: 10_000,
      answersShare: 1,
    })
    await world.control.advance(10_000)
    const { written } = world.control.crowds().feria ?? { written: 0 }
    expect(written).toBeGreaterThanOrEqual(195)
    expect(written).toBeLessThanOrEqual(200)
    await world.control.advance(10_000)
    const ledger = (await (await fetch(`${world.url}/control/written`)).text()).trimEnd().split('\n')
    const wamids = ledger.map((line) => (JSON.parse(line) as { wamid: string }).wamid)
    expect(wamids).toHaveLength(written)
    expect(
      world
        .inbound()
        .map(({ wamid }) => wamid)
        .sort(),
    ).toEqual([...wamids].sort())
  })

  test('answers what reaches it', async () => {
    const world = startWorld({ ...virtual, settings: { rates: false } })
    world.control.crowd({
      name: 'clientes',
      customers: 3,
      writesPerSecond: 1,
      durationMs: 60_000,
      answersShare: 1,
    })
    await world.control.advance(5_000)
    world.control.crowd({
      name: 'clientes',
      customers: 3,
      writesPerSecond: 0,
      durationMs: 60_000,
      answersShare: 1,
    })
    await world.control.advance(1_000)
    const before = world.inbound().length
    wamidOf(await world.send({ ...hello, to: '573200000000' }))
    await world.control.advance(10_000)
    expect(world.inbound().length).toBe(before + 1)
  })

  test('that falls silent after its first word says no more', async () => {
    const world = startWorld(virtual)
    world.control.crowd({
      name: 'tímidos',
      customers: 5,
      writesPerSecond: 50,
      durationMs: 5_000,
      silentShare: 1,
    })
    await world.control.advance(6_000)
    expect(world.inbound()).toHaveLength(5)
  })
})

describe('templates under pacing', () => {
  test('one is held for its quality and goes on; one is held, dropped with 132015, and its template paused', async () => {
    const world = startWorld(virtual)
    world.control.faults({ heldForQuality: 1 })
    const held = await world.send(hello)
    expect(JSON.stringify(held)).toContain('held_for_quality_assessment')
    await world.control.advance(2_000)
    expect(world.statuses(wamidOf(held))).toEqual([])
    await world.control.advance(5_000)
    expect(world.statuses(wamidOf(held))[0]?.status).toBe('sent')
    world.control.faults({ heldForQuality: 0, pacingDropped: 1 })
    const dropped = wamidOf(await world.send(hello))
    await world.control.advance(10_000)
    expect(world.statuses(dropped)).toMatchObject([{ status: 'failed', errors: [{ code: 132015 }] }])
    expect(world.control.template(demo.wabaId, 'hello_world', 'en_US').status).toBe('PAUSED')
  })
})

describe('people and files', () => {
  test('who hides his number is known by his id and a username, in messages and in statuses', async () => {
    const world = startWorld(virtual)
    const person = world.control.customer(customer, { hidesPhone: true })
    world.control.write({ phoneNumberId, waId: customer, text: 'soy yo' })
    await world.control.advance(1_000)
    const answer = await world.send({ to: undefined, recipient: person.userId, ...text })
    await world.control.advance(5_000)
    expect(texts(world).join()).not.toContain(customer)
    expect(texts(world).join()).toContain(`"from_user_id":"${person.userId}"`)
    expect(texts(world).join()).toContain('"username":"luciatorres.')
    expect(world.statuses(wamidOf(answer)).map(({ status }) => status)).toContain('delivered')
  })

  test('a file of a wrong type or too large is refused; an upload lives 30 days', async () => {
    const world = startWorld(virtual)
    const client = createGraphClient({ baseUrl: world.url })
    const call = { token: demo.token, version: 'v24.0', deadlineMs: 5_000, phoneNumberId, filename: 'a' }
    const upload = (mimeType: string, size: number) =>
      client.uploadMedia({ ...call, mimeType, bytes: new Uint8Array(size) })
    for (const [mimeType, size] of [
      ['image/gif', 10],
      ['image/png', 5 * 1024 * 1024 + 1],
    ] as const)
      expect(await upload(mimeType, size)).toMatchObject({ kind: 'error', error: { code: 131053 } })
    const kept = await upload('image/png', 10)
    const mediaId = kept.kind === 'ok' ? kept.value.id : ''
    await world.control.advance(29 * 86_400_000)
    expect((await client.getMedia({ ...call, mediaId })).kind).toBe('ok')
    await world.control.advance(2 * 86_400_000)
    expect(await client.getMedia({ ...call, mediaId })).toMatchObject({ error: { code: 100, subcode: 33 } })
    client.close()
  })
})
