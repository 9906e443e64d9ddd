import { describe, expect, test } from 'bun:test'
import { hello, text, wamidOf } from '../harness.ts'
import {
  act,
  customer,
  expectUnderstood,
  messagesOf,
  other,
  phoneNumberId,
  startPeople,
  statusesOf,
  wire,
} from './rig.ts'

const second = 1_000
const next = '573009990000'
const move = async (world: ReturnType<typeof startPeople>) => {
  const said = await act(world, 'change-number', { wa_id: customer, new_wa_id: next })
  await world.control.advance(second)
  return said
}

describe('a customer changes number', () => {
  test('every number that has a chat hears of it once, with the new number and both ids', async () => {
    const world = startPeople()
    for (const id of [phoneNumberId, other.phoneNumberId])
      world.control.write({ phoneNumberId: id, waId: customer, text: 'hola' })
    await world.control.advance(second)
    const before = messagesOf(world).map(({ from_user_id }) => from_user_id)
    const { user_id } = await move(world)
    expect(user_id).not.toBe('CO.8pQ2xV7kLm')
    const system = messagesOf(world).filter(({ type }) => type === 'system')
    expect(system).toHaveLength(2)
    expect(system[0]).toMatchObject({
      from: customer,
      system: {
        type: 'user_changed_number',
        wa_id: next,
        user_id,
        previous_user_id: before[0],
        body: `User Lucía Torres changed from ${customer} to ${next}`,
      },
    })
    expect(system[1]).toMatchObject({ system: { previous_user_id: before[1], wa_id: next } })
    expect(wire(world).filter(({ value }) => value.messages?.[0]?.type === 'system')[0]?.value.contacts).toBe(
      undefined,
    )
    // The chat and its window go along, under the new id.
    world.control.write({ phoneNumberId, waId: next, text: 'sigo aquí' })
    const sent = wamidOf(await world.send({ to: undefined, recipient: user_id, ...text }))
    const old = wamidOf(await world.send({ to: undefined, recipient: 'CO.8pQ2xV7kLm', ...hello }))
    await world.control.advance(second)
    expect(messagesOf(world).at(-1)).toMatchObject({ from: next, from_user_id: user_id })
    expect(statusesOf(world, sent).map(({ status }) => status)).toEqual(['sent', 'delivered'])
    expect(statusesOf(world, old)).toMatchObject([{ status: 'failed', errors: [{ code: 131026 }] }])
    const chat = await (
      await fetch(`${world.url}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${next}`)
    ).json()
    expect((chat as { messages: unknown[] }).messages).toHaveLength(3)
    expectUnderstood(world)
  })

  test('who keeps the number is told of by ids alone', async () => {
    const world = startPeople()
    world.control.customer(customer, { username: 'lucia', hidesPhone: true })
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    const { user_id } = await move(world)
    const [, message] = messagesOf(world)
    expect(message).toMatchObject({
      type: 'system',
      system: { type: 'user_changed_user_id', user_id, previous_user_id: 'CO.8pQ2xV7kLm' },
    })
    for (const number of [customer, next]) expect(JSON.stringify(wire(world))).not.toContain(number)
    expectUnderstood(world)
  })

  test.each([
    ['before_2026_08_11', { type: 'user_changed_number', wa_id: next, user_id: expect.any(String) }],
    ['legacy', { type: 'customer_changed_number', new_wa_id: next, customer }],
  ] as const)('in the form %s, without the previous id', async (numberChange, system) => {
    const world = startPeople({ numberChange })
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    await move(world)
    const [, message] = messagesOf(world)
    expect(message).toMatchObject({ from: customer, system })
    expect(JSON.stringify(message)).not.toContain('previous_user_id')
    expectUnderstood(world)
  })

  test('in the withdrawn form it comes in a field of its own', async () => {
    const world = startPeople({ numberChange: 'user_id_update' })
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    const { user_id } = await move(world)
    expect(wire(world)[1]).toMatchObject({
      field: 'user_id_update',
      value: { user_id_update: [{ user_id: { previous: 'CO.8pQ2xV7kLm', current: user_id } }] },
    })
    expectUnderstood(world)
  })

  test('a number that somebody has cannot be taken', async () => {
    const world = startPeople()
    const said = await act(world, 'change-number', { wa_id: customer, new_wa_id: '5491156384310' })
    expect(said).toMatchObject({ status: 400, error: 'somebody else has the number 5491156384310' })
  })
})

describe('a recycled number', () => {
  test('the same wa_id is somebody else: another id, no system message, no history, a closed window', async () => {
    const world = startPeople()
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    world.control.customer(customer, { isOffline: true })
    const late = wamidOf(await world.send(text))
    await world.control.advance(second)
    const { user_id } = await act(world, 'recycle', { wa_id: customer, name: 'Otra Persona' })
    world.control.write({ phoneNumberId: other.phoneNumberId, waId: customer, text: 'a otro' })
    const closed = wamidOf(await world.send(text))
    const toOldId = wamidOf(await world.send({ ...hello, to: undefined, recipient: 'CO.8pQ2xV7kLm' }))
    await world.control.advance(second)
    world.control.write({ phoneNumberId, waId: customer, text: 'soy otra' })
    await world.control.advance(second)
    expect(messagesOf(world).at(-1)).toMatchObject({ from: customer, from_user_id: user_id })
    expect(user_id).not.toBe('CO.8pQ2xV7kLm')
    expect(messagesOf(world).map(({ type }) => type)).not.toContain('system')
    expect(wire(world).at(-1)?.value.contacts?.[0]).toMatchObject({ profile: { name: 'Otra Persona' } })
    expect(statusesOf(world, closed)).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
    expect(statusesOf(world, toOldId)).toMatchObject([{ status: 'failed', errors: [{ code: 131026 }] }])
    // What waited for the one before never comes.
    expect(statusesOf(world, late).map(({ status }) => status)).toEqual(['sent'])
    expectUnderstood(world)
  })
})
