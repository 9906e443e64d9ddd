import { describe, expect, test } from 'bun:test'
import { errorOf, hello, startWorld, text, type World, wamidOf } from '../harness.ts'
import {
  act,
  customer,
  dayMs,
  expectUnderstood,
  graph,
  other,
  phoneNumberId,
  startPeople,
  statusesOf,
  wire,
} from './rig.ts'

const second = 1_000
const marketing = {
  type: 'template',
  template: { name: 'oferta', language: { code: 'es' }, components: [] },
}
const authentication = { type: 'template', template: { name: 'clave', language: { code: 'es' } } }

/** With a marketing and an authentication template, approved. */
async function startTemplates(settings: Parameters<typeof startPeople>[0] = {}): Promise<World> {
  const world = startPeople(settings)
  for (const [name, category] of [
    ['oferta', 'MARKETING'],
    ['clave', 'AUTHENTICATION'],
  ])
    await graph(world, 'POST', '200000000000001/message_templates', {
      name,
      language: 'es',
      category,
      components: [{ type: 'BODY', text: 'hola' }],
    })
  await world.control.advance(5 * second)
  return world
}

async function outcome(world: World, body: Record<string, unknown>) {
  const wamid = wamidOf(await world.send(body))
  await world.control.advance(second)
  expectUnderstood(world)
  return statusesOf(world, wamid).map(({ status, errors }) => {
    const [error] = (errors ?? []) as { code: number }[]
    return error?.code ?? status
  })
}

describe('who cannot be reached', () => {
  test('131026: not on WhatsApp, terms not accepted, an app too old, an authentication template to India', async () => {
    const world = await startTemplates()
    for (const change of [{ isOnWhatsApp: false }, { unfit: 'terms' }, { unfit: 'client' }] as const) {
      world.control.customer(customer, { isOnWhatsApp: true, unfit: '', ...change })
      expect(await outcome(world, hello)).toEqual([131026])
    }
    expect(await outcome(world, { ...authentication, to: '+919812345678' })).toEqual([131026])
    world.control.settings({ authenticationToIndia: 'delivered' })
    expect(await outcome(world, { ...authentication, to: '+919812345678' })).toEqual(['sent', 'delivered'])
  })

  test('who blocks the business gets 131026, or it stays sent for ever', async () => {
    const world = startPeople()
    world.control.customer(customer, { blocks: true })
    expect(await outcome(world, hello)).toEqual([131026])
    world.control.settings({ whenBlocked: 'sent' })
    expect(await outcome(world, hello)).toEqual(['sent'])
  })

  test('marketing alone: 131050 stopped, 131049 the United States and too much in a day, 130472 an experiment', async () => {
    const world = await startTemplates()
    world.control.customer(customer, { stopsMarketing: true })
    expect([await outcome(world, marketing), await outcome(world, hello)]).toEqual([
      [131050],
      ['sent', 'delivered'],
    ])
    expect(await outcome(world, { ...marketing, to: '+12025550123' })).toEqual([131049])
    expect(await outcome(world, { ...marketing, to: '+14165550123' })).toEqual(['sent', 'delivered'])
    world.control.settings({ usMarketing: 'delivered', experimentShare: 1 })
    expect(await outcome(world, { ...marketing, to: '+12025550123' })).toEqual([130472])
    world.control.settings({ experimentShare: 0, marketingPerDayMax: 1 })
    const to = '573005550177'
    expect(await outcome(world, { ...marketing, to })).toEqual(['sent', 'delivered'])
    expect(await outcome(world, { ...marketing, to })).toEqual([131049])
    // In an open window it is not counted, and a day later it may come again.
    world.control.write({ phoneNumberId, waId: to, text: 'hola' })
    expect(await outcome(world, { ...marketing, to })).toEqual(['sent', 'delivered'])
    await world.control.advance(25 * 3_600_000)
    expect(await outcome(world, { ...marketing, to })).toEqual(['sent', 'delivered'])
  })

  test('130403: whom the business has blocked, by phone or by the id of its portfolio', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    const blocked = await graph(world, 'POST', `${phoneNumberId}/block_users`, {
      messaging_product: 'whatsapp',
      block_users: [{ user_id: 'CO.8pQ2xV7kLm' }],
    })
    expect(blocked.json).toMatchObject({ block_users: { added_users: [{ user_id: 'CO.8pQ2xV7kLm' }] } })
    expect(errorOf(await world.send(text))).toMatchObject({ code: 130403 })
  })

  test('131030: a test number writes to the five it lists, and to a phone only as it is listed', async () => {
    const world = startPeople()
    const listed = ['541115 6384310', '+57 300 111 2233']
    await act(world, 'test-mode', { phone_number_id: phoneNumberId, recipients: listed })
    expect(errorOf(await world.send({ ...hello, to: '573005550199' }))).toMatchObject({
      code: 131030,
      status: 400,
    })
    expect(errorOf(await world.send({ ...hello, to: '5491156384310' }))).toMatchObject({ code: 131030 })
    expect(await outcome(world, { ...hello, to: '54 11 15 638 4310' })).toEqual(['sent', 'delivered'])
    expect(await outcome(world, { ...hello, to: undefined, recipient: 'CO.8pQ2xV7kLm' })).toEqual([
      'sent',
      'delivered',
    ])
    expect((await graph(world, 'GET', `${phoneNumberId}?fields=account_mode`)).json.account_mode).toBe(
      'SANDBOX',
    )
    const six = { phone_number_id: phoneNumberId, recipients: ['1', '2', '3', '4', '5', '6'] }
    expect((await act(world, 'test-mode', six)).status).toBe(400)
    await act(world, 'test-mode', { phone_number_id: phoneNumberId, recipients: null })
    wamidOf(await world.send({ ...hello, to: '573005550199' }))
  })
})

describe('phone numbers', () => {
  test.each([
    ['Argentina: the 9', '54 11 5638-4310', '5491156384310'],
    ['Argentina: the 15', '+54 11 15 5638 4310', '5491156384310'],
    ['Mexico: the 1 of older accounts', '+52 55 1234 5678', '5215512345678'],
    ['Brazil: without the ninth digit from area 31 on', '+55 31 98000-0011', '553180000011'],
    ['Brazil: with it below', '+55 11 98000-0011', '5511980000011'],
    ['Brazil: a landline has none to lose', '+55 45 3200-0011', '554532000011'],
    ['a national number gets the business’s country', '300 111 2233', '573001112233'],
    ['a plus keeps even a short one', '+65 8123 4567', '6581234567'],
    ['North America without a plus', '12025550123', '12025550123'],
  ])('%s: %s is %s', async (_, to, wa_id) => {
    const world = startPeople()
    expect(await world.send({ ...hello, to })).toMatchObject({ json: { contacts: [{ input: to, wa_id }] } })
  })

  test('somebody who is known by a newer account’s spelling is found by either', async () => {
    const world = startPeople()
    for (const waId of ['5531980000099', '525599990000']) world.control.customer(waId)
    for (const [to, wa_id] of [
      ['5531980000099', '5531980000099'],
      ['553180000099', '5531980000099'],
      ['5215599990000', '525599990000'],
      ['525599990000', '525599990000'],
    ])
      expect(await world.send({ ...hello, to })).toMatchObject({ json: { contacts: [{ wa_id }] } })
  })

  test('(#100): a 00 in place of the plus; 131021: the business’s own number, however it is spelled', async () => {
    const world = startPeople()
    expect(errorOf(await world.send({ ...hello, to: '00573001112233' }))).toMatchObject({
      code: 100,
      title: 'Invalid parameter',
      details: 'Parameter Invalid',
    })
    const mexico = { phoneNumberId: '100000000000004', token: 'sim-token-clinica-norte' }
    expect(errorOf(await world.send({ ...hello, to: '525550000004' }, mexico))).toMatchObject({
      code: 131021,
    })
  })
})

describe('reactions of the business', () => {
  const react = (message_id: string) => ({ type: 'reaction', reaction: { message_id, emoji: '👍' } })

  test('only sent, on an open chat too; 131009 to what is over 30 days old, deleted, or itself a reaction', async () => {
    const world = startPeople()
    const said = world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    world.control.look(phoneNumberId, customer, true)
    expect(await outcome(world, react(said))).toEqual(['sent'])
    const theirs = world.control.write({
      phoneNumberId,
      waId: customer,
      type: 'reaction',
      content: { message_id: said, emoji: '❤' },
    })
    expect(await outcome(world, react(theirs))).toEqual([131009])
    const gone = world.control.write({ phoneNumberId, waId: customer, text: 'perdón' })
    world.control.write({
      phoneNumberId,
      waId: customer,
      type: 'revoke',
      content: { original_message_id: gone },
    })
    expect(await outcome(world, react(gone))).toEqual([131009])
    await world.control.advance(31 * dayMs)
    world.control.write({ phoneNumberId, waId: customer, text: 'sigo aquí' })
    expect(await outcome(world, react(said))).toEqual([131009])
  })
})

describe('voice notes of the business', () => {
  const voice = { type: 'audio', audio: { link: 'https://example.com/a.ogg', voice: true } }

  test('played comes at the first play alone, with the echo; other sounds are not played', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    const wamid = wamidOf(await world.send({ ...voice, biz_opaque_callback_data: 'eco' }))
    const song = wamidOf(await world.send({ type: 'audio', audio: { link: 'https://example.com/a.mp3' } }))
    await world.control.advance(second)
    world.control.look(phoneNumberId, customer, true)
    expect((await act(world, 'play', { wamid })).first).toBe(true)
    for (const each of [wamid, song]) expect((await act(world, 'play', { wamid: each })).first).toBe(false)
    await world.control.advance(second)
    expect(statusesOf(world, wamid).map(({ status }) => status)).toEqual([
      'sent',
      'delivered',
      'read',
      'played',
    ])
    expect(statusesOf(world, wamid).at(-1)).toMatchObject({ biz_opaque_callback_data: 'eco' })
    expectUnderstood(world)
  })

  test('by itself after it was read, as it is set; in silence without read receipts', async () => {
    const world = startPeople({ readMs: 100, playedMs: 200 })
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    expect(await outcome(world, voice)).toEqual(['sent', 'delivered', 'read', 'played'])
    world.control.customer(customer, { tellsRead: false })
    expect(await outcome(world, voice)).toEqual(['sent', 'delivered'])
  })
})

test('typing ends after 25 s, or with the answer', async () => {
  const world = startPeople()
  const said = world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
  const type = () =>
    graph(world, 'POST', `${phoneNumberId}/messages`, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: said,
      typing_indicator: { type: 'text' },
    })
  const isTyping = async () => {
    const query = new URLSearchParams({ phone_number_id: phoneNumberId, wa_id: customer })
    return ((await (await fetch(`${world.url}/control/chat?${query}`)).json()) as { typing: boolean }).typing
  }
  await type()
  await world.control.advance(24 * second)
  expect(await isTyping()).toBe(true)
  await world.control.advance(2 * second)
  expect(await isTyping()).toBe(false)
  await type()
  await world.send(text)
  await world.control.advance(second)
  expect(await isTyping()).toBe(false)
})

describe('usernames of businesses', () => {
  const place = `${phoneNumberId}/username`
  const updates = (world: World) =>
    wire(world)
      .filter(({ field }) => field === 'business_username_updates')
      .map(({ value }) => value)

  test('claimed, changed, read, given up; the account hears of each', async () => {
    const world = startPeople({ businessUsername: 'reserved' })
    expect((await graph(world, 'GET', place)).json).toEqual({})
    expect((await graph(world, 'POST', place, { username: 'Palomar.Demo' })).json).toEqual({
      status: 'reserved',
    })
    expect((await graph(world, 'GET', place)).json).toEqual({ username: 'palomar.demo', status: 'reserved' })
    await act(world, 'business-username', { phone_number_id: phoneNumberId, status: 'approved' })
    expect((await graph(world, 'GET', `${phoneNumberId}?fields=username`)).json.username).toBe('palomar.demo')
    expect((await graph(world, 'DELETE', place)).json).toEqual({ success: true })
    await world.control.advance(second)
    expect(updates(world)).toEqual([
      { display_phone_number: '573000000001', username: 'palomar.demo', status: 'reserved' },
      { display_phone_number: '573000000001', username: 'palomar.demo', status: 'approved' },
      { display_phone_number: '573000000001', status: 'deleted' },
    ])
    const { json } = await graph(world, 'GET', `${phoneNumberId}/username_suggestions`)
    expect(json).toMatchObject({
      data: [{ username_suggestions: ['palomar_demo', 'palomardemo', 'palomar.demo_oficial'] }],
    })
    expectUnderstood(world)
  })

  test('147001 to 147005, and (#100) for what is no username', async () => {
    const world = startPeople()
    const claim = async (username: string, more = {}, by = phoneNumberId, token?: string) => {
      const { json } = await graph(world, 'POST', `${by}/username`, { username, ...more }, token)
      return json.error?.code ?? json.status
    }
    for (const wrong of ['ab', '12345', '.abc', 'a..b', 'wwwabc', 'abc.com', 'a b c', 'x'.repeat(36)])
      expect([wrong, await claim(wrong)]).toEqual([wrong, 100])
    expect(await claim('abc', { transfer_action: 'steal' })).toBe(100)
    expect(await claim('palomar')).toBe('approved')
    expect(await claim('palomar', {}, other.phoneNumberId, other.token)).toBe(147001)
    await act(world, 'held-username', { username: 'pan', by: 'facebook' })
    await act(world, 'held-username', { username: 'sol', by: 'instagram' })
    expect([await claim('pan'), await claim('sol')]).toEqual([147003, 147004])
    world.control.number(other.phoneNumberId, { standing: 'unpaid' })
    expect(await claim('panaderia', {}, other.phoneNumberId, other.token)).toBe(147002)
  })

  test('a username of another number of the portfolio is moved by force alone', async () => {
    const world = startWorld({ virtualClockFrom: Date.UTC(2026, 10, 1), extraNumbers: 1 })
    const extra = '100000000001000'
    const claim = async (by: string, more = {}) => {
      const { json } = await graph(world, 'POST', `${by}/username`, { username: 'palomar', ...more })
      return json.error?.code ?? json.status
    }
    expect([await claim(phoneNumberId), await claim(extra)]).toEqual(['approved', 147005])
    expect(await claim(extra, { transfer_action: 'force_transfer' })).toBe('approved')
    await world.control.advance(second)
    expect(updates(world).map(({ status }) => status)).toEqual(['approved', 'deleted', 'approved'])
  })
})
