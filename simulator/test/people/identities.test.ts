import { describe, expect, test } from 'bun:test'
import { errorOf, hello, text, wamidOf } from '../harness.ts'
import {
  act,
  customer,
  dayMs,
  expectUnderstood,
  graph,
  messagesOf,
  other,
  phoneNumberId,
  startPeople,
  statusesOf,
  wire,
} from './rig.ts'

const second = 1_000

describe('ids of a portfolio', () => {
  test('BSUID: a person has another one in every portfolio, and a portfolio’s own is the only one it can send to', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: customer, text: 'uno' })
    world.control.write({ phoneNumberId: other.phoneNumberId, waId: customer, text: 'dos' })
    await world.control.advance(second)
    const [ours = '', theirs = ''] = messagesOf(world).map(({ from_user_id }) => String(from_user_id))
    expect(ours).not.toBe(theirs)
    const right = await world.send({ to: undefined, recipient: theirs, ...text }, other)
    const wrong = await world.send({ to: undefined, recipient: ours, ...text }, other)
    await world.control.advance(second)
    expect(statusesOf(world, wamidOf(right)).map(({ status }) => status)).toEqual(['sent', 'delivered'])
    expect(statusesOf(world, wamidOf(wrong))).toMatchObject([{ status: 'failed', recipient_user_id: ours }])
    expectUnderstood(world)
  })

  test('somebody whom nobody remembers is reached by the id that was told of them', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: '573209998877', text: 'hola' })
    await world.control.advance(second)
    const [{ from_user_id } = {}] = messagesOf(world)
    expect(from_user_id).toStartWith('CO.')
    const sent = await world.send({ to: undefined, recipient: from_user_id, ...text })
    expect(sent).toMatchObject({ json: { contacts: [{ input: from_user_id, user_id: from_user_id }] } })
    expect(world.control.accepted()[0]).toMatchObject({ to: '573209998877' })
  })

  test('parent ids: one for all portfolios that have them, none while they are off', async () => {
    const world = startPeople()
    for (const business_id of ['300000000000001', '300000000000002'])
      await act(world, 'parent-ids', { business_id, on: true })
    world.control.write({ phoneNumberId, waId: customer, text: 'uno' })
    world.control.write({ phoneNumberId: other.phoneNumberId, waId: customer, text: 'dos' })
    await world.control.advance(second)
    const [ours, theirs] = messagesOf(world).map(({ from_parent_user_id }) => from_parent_user_id)
    expect(ours).toMatch(/^CO\.ENT\./)
    expect(theirs).toBe(ours)
    const sent = wamidOf(await world.send({ to: undefined, recipient: ours, ...text }))
    await world.control.advance(second)
    expect(statusesOf(world, sent)[1]).toMatchObject({
      recipient_parent_user_id: ours,
      contacts: [{ parent_user_id: ours }],
    })
    await act(world, 'parent-ids', { business_id: '300000000000001', on: false })
    world.control.write({ phoneNumberId, waId: customer, text: 'tres' })
    await world.control.advance(second)
    expect(messagesOf(world).at(-1)).not.toHaveProperty('from_parent_user_id')
    expectUnderstood(world)
  })
})

describe('usernames', () => {
  test('gained in the middle of a thread: the phone stays known, the username comes beside it; given up, it is gone', async () => {
    const world = startPeople()
    const say = async (words: string) => {
      world.control.write({ phoneNumberId, waId: customer, text: words })
      await world.control.advance(second)
      return { message: messagesOf(world).at(-1), contact: wire(world).at(-1)?.value.contacts?.[0] }
    }
    await say('antes')
    await act(world, 'customers', { wa_id: customer, username: '@lucia.torres' })
    const after = await say('después')
    expect(after.message).toMatchObject({ from: customer, from_user_id: 'CO.8pQ2xV7kLm' })
    expect(after.contact).toMatchObject({ wa_id: customer, profile: { username: 'lucia.torres' } })
    await act(world, 'customers', { wa_id: customer, username: '' })
    expect((await say('ya no')).contact).not.toHaveProperty('profile.username')
    expect((await act(world, 'customers', { wa_id: customer, username: 'a b' })).status).toBe(400)
    expectUnderstood(world)
  })

  test('who has one from the start is known by the id alone, to every number that does not know the phone', async () => {
    const world = startPeople()
    await act(world, 'customers', { wa_id: customer, username: 'lucia.torres' })
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    await world.control.advance(second)
    const [{ value } = { value: {} as never }] = wire(world)
    expect(JSON.stringify(value)).not.toContain(customer)
    expect(value.contacts).toEqual([
      { profile: { name: 'Lucía Torres', username: 'lucia.torres' }, user_id: 'CO.8pQ2xV7kLm' },
    ])
    expectUnderstood(world)
  })

  test('without a contact book the phone is hidden 30 days after the last message by it, for each number of its own', async () => {
    const world = startPeople({ contactBook: false })
    world.control.write({ phoneNumberId, waId: customer, text: 'con teléfono' })
    world.control.customer(customer, { username: 'lucia.torres', hidesPhone: true })
    await world.control.advance(29 * dayMs)
    world.control.write({ phoneNumberId, waId: customer, text: 'a tiempo' })
    await world.control.advance(29 * dayMs)
    world.control.write({ phoneNumberId, waId: customer, text: 'otra vez' })
    await world.control.advance(30 * dayMs)
    world.control.write({ phoneNumberId, waId: customer, text: 'tarde' })
    world.control.write({ phoneNumberId: other.phoneNumberId, waId: customer, text: 'a otro' })
    await world.control.advance(second)
    expect(messagesOf(world).map(({ from }) => from)).toEqual([
      customer,
      customer,
      customer,
      undefined,
      undefined,
    ])
    // Written to by phone, the number knows it again.
    await world.send(hello)
    world.control.write({ phoneNumberId, waId: customer, text: 'de nuevo' })
    await world.control.advance(second)
    expect(messagesOf(world).at(-1)?.from).toBe(customer)
  })

  test('a contact book keeps the phone for good, for all numbers of its portfolio, until it is told to forget', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: customer, text: 'con teléfono' })
    const { userId } = world.control.customer(customer, { hidesPhone: true })
    await world.control.advance(90 * dayMs)
    const say = async () => {
      world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
      await world.control.advance(second)
      return messagesOf(world).at(-1)?.from
    }
    expect(await say()).toBe(customer)
    await world.control.advance(31 * dayMs)
    const forget = (bsuid: string) => graph(world, 'DELETE', `${phoneNumberId}/contact_book?bsuid=${bsuid}`)
    expect(await forget('CO.nobody')).toMatchObject({ status: 400, json: { error: { code: 100 } } })
    expect(await forget(userId)).toMatchObject({ status: 200, json: { success: true } })
    expect(await say()).toBeUndefined()
    expect((await graph(world, 'DELETE', '100000000000002/contact_book?bsuid=x')).json.error?.code).toBe(100)
  })

  test('a request for the number is answered with a card of one’s own, and then the phone is known', async () => {
    const world = startPeople()
    world.control.customer(customer, { username: 'lucia.torres', hidesPhone: true })
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    await world.control.advance(second)
    const ask = {
      type: 'interactive',
      interactive: {
        type: 'request_contact_info',
        body: { text: '¿Nos das tu número?' },
        action: { name: 'request_contact_info' },
      },
    }
    const asked = wamidOf(await world.send({ to: undefined, recipient: 'CO.8pQ2xV7kLm', ...ask }))
    await world.control.advance(second)
    await act(world, 'share-contact', { phone_number_id: phoneNumberId, wa_id: customer, quoted: asked })
    world.control.write({ phoneNumberId, waId: customer, text: 'listo' })
    await world.control.advance(second)
    const [, card, after] = messagesOf(world)
    expect(card).toMatchObject({
      type: 'contacts',
      context: { id: asked },
      contacts: [{ origin: 'contact_request', phones: [{ wa_id: customer, phone: `+${customer}` }] }],
    })
    expect(card).not.toHaveProperty('from')
    expect(after?.from).toBe(customer)
    expectUnderstood(world)
  })
})

describe('which ids a status has', () => {
  const cases = [
    ['by phone, phone known', 'phone', false, { recipient_id: customer, recipient_user_id: 'CO.8pQ2xV7kLm' }],
    ['by phone, phone hidden', 'phone', true, { recipient_id: customer, recipient_user_id: 'CO.8pQ2xV7kLm' }],
    ['by id, phone known', 'id', false, { recipient_id: customer, recipient_user_id: 'CO.8pQ2xV7kLm' }],
    ['by id, phone hidden', 'id', true, { recipient_id: undefined, recipient_user_id: 'CO.8pQ2xV7kLm' }],
  ] as const
  test.each(cases)('sent, delivered and read %s', async (_, by, isHidden, expected) => {
    const world = startPeople({ readMs: 50 })
    world.control.customer(customer, { username: 'lucia', hidesPhone: isHidden })
    const address = by === 'phone' ? {} : { to: undefined, recipient: 'CO.8pQ2xV7kLm' }
    const wamid = wamidOf(await world.send({ ...hello, ...address }))
    await world.control.advance(second)
    const statuses = statusesOf(world, wamid)
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read'])
    for (const status of statuses) {
      expect([status.recipient_id, status.recipient_user_id]).toEqual([
        expected.recipient_id,
        expected.recipient_user_id,
      ])
      const [contact] = status.contacts as Record<string, Record<string, unknown>>[]
      expect([contact?.wa_id, contact?.user_id]).toEqual([
        expected.recipient_id,
        expected.recipient_user_id,
      ] as never)
      // The username comes with what the customer's own phone has said.
      expect(contact?.profile?.username).toBe(status.status === 'sent' ? undefined : 'lucia')
    }
    expectUnderstood(world)
  })

  test('failed: no contacts, and only the id that the send named', async () => {
    const world = startPeople()
    world.control.customer(customer, { isOnWhatsApp: false })
    const byPhone = wamidOf(await world.send(hello))
    const byId = wamidOf(await world.send({ ...hello, to: undefined, recipient: 'CO.8pQ2xV7kLm' }))
    const both = await world.send({ ...hello, recipient: 'CO.8pQ2xV7kLm' })
    expect(both).toMatchObject({ json: { contacts: [{ input: customer, wa_id: customer }] } })
    await world.control.advance(second)
    const [phone] = statusesOf(world, byPhone)
    expect(phone).toMatchObject({ status: 'failed', recipient_id: customer, contacts: undefined })
    expect(phone).not.toHaveProperty('recipient_user_id')
    const [id] = statusesOf(world, byId)
    expect(id).toMatchObject({ status: 'failed', recipient_user_id: 'CO.8pQ2xV7kLm', contacts: undefined })
    expect(id).not.toHaveProperty('recipient_id')
    expectUnderstood(world)
  })
})

describe('identity keys', () => {
  const check = (world: ReturnType<typeof startPeople>) =>
    graph(world, 'POST', `${phoneNumberId}/settings`, {
      user_identity_change: { enable_identity_key_check: true },
    })

  test('137000: a send that names another hash than the user’s is refused, where the number checks them', async () => {
    const world = startPeople()
    expect((await world.send({ ...hello, recipient_identity_key_hash: 'x=' })).kind).toBe('answered')
    await check(world)
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    await world.control.advance(second)
    const hash = wire(world)
      .flatMap(({ value }) => value.contacts ?? [])
      .at(-1)?.identity_key_hash
    expect(hash).toBeString()
    const sent = wamidOf(await world.send({ ...hello, recipient_identity_key_hash: hash }))
    await world.control.advance(second)
    expect(statusesOf(world, sent)[0]).toMatchObject({ recipient_identity_key_hash: hash })
    await act(world, 'reinstall', { wa_id: customer })
    expect(errorOf(await world.send({ ...hello, recipient_identity_key_hash: hash }))).toMatchObject({
      code: 137000,
    })
    await world.control.advance(second)
    expect(messagesOf(world).at(-1)).toMatchObject({
      type: 'system',
      system: { type: 'customer_identity_changed' },
    })
    expectUnderstood(world)
  })

  test('without the check nobody hears of keys', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    await act(world, 'reinstall', { wa_id: customer })
    await world.control.advance(second)
    expect(messagesOf(world)).toHaveLength(1)
    expect(JSON.stringify(wire(world))).not.toContain('identity')
  })
})
