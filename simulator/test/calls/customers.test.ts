import { expect, test } from 'bun:test'
import { text, wamidOf } from '../harness.ts'
import { expectAllUnderstood, newYear, startStillWorld, valuesOf } from '../still-world.ts'
import { act, answer, callOf, dial, hourMs, idOf, phoneNumberId, place, waId } from './calling.ts'

test('a customer’s call opens the 24 hours of the window, though nobody takes it', async () => {
  const { world } = startStillWorld()
  const closed = wamidOf(await world.send(text))
  await world.control.advance(1_000)
  expect(world.statuses(closed)).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
  const callId = world.control.calls.dial(place)
  await world.control.advance(61_000)
  expect(world.control.calls.find(callId)).toMatchObject({ state: 'ended' })
  await world.control.advance(23 * hourMs)
  const open = wamidOf(await world.send(text))
  await world.control.advance(1_000)
  expect(world.statuses(open).map(({ status }) => status)).toEqual(['sent', 'delivered'])
  await world.control.advance(hourMs)
  const late = wamidOf(await world.send(text))
  await world.control.advance(1_000)
  expect(world.statuses(late)).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
  expectAllUnderstood(world)
})

test('a business’s own call opens no window, and another customer’s opens theirs alone', async () => {
  const { world, graph } = startStillWorld()
  world.control.calls.permit(phoneNumberId, waId, 'permanent')
  const callId = idOf(await dial(graph))
  await world.control.advance(1_000)
  world.control.calls.answer(callId, 'take')
  world.control.calls.dial({ phoneNumberId, waId: '5491156384310' })
  const wamid = wamidOf(await world.send(text))
  await world.control.advance(1_000)
  expect(world.statuses(wamid)).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
})

test('a customer’s call comes with the offer of the phone, is accepted, and ends with its duration', async () => {
  const { world, graph } = startStillWorld()
  const callId = world.control.calls.dial({ ...place, sdp: 'v=0\r\no=phone', ctaPayload: 'oferta-7' })
  await world.control.advance(10)
  const [connect] = valuesOf(world, 'calls')
  expect(connect).toMatchObject({
    messaging_product: 'whatsapp',
    metadata: { phone_number_id: phoneNumberId },
    contacts: [{ profile: { name: 'Lucía Torres' }, wa_id: waId, user_id: 'CO.8pQ2xV7kLm' }],
    calls: [
      {
        id: callId,
        event: 'connect',
        direction: 'USER_INITIATED',
        from: waId,
        from_user_id: 'CO.8pQ2xV7kLm',
        to: '573000000001',
        timestamp: String(newYear / 1000),
        session: { sdp_type: 'offer', sdp: 'v=0\r\no=phone' },
        cta_payload: 'oferta-7',
      },
    ],
  })
  expect(callId).toStartWith('wacid.')
  const success = { messaging_product: 'whatsapp', success: true }
  expect((await act(graph, 'pre_accept', { call_id: callId, session: answer })).json).toEqual(success)
  const other = { ...answer, sdp: 'v=0\r\no=another' }
  const mismatch = await act(graph, 'accept', { call_id: callId, session: other })
  expect(mismatch.error).toMatchObject({ code: 100, details: expect.stringContaining('does not match') })
  await world.control.advance(4_000)
  const accept = { call_id: callId, session: answer, biz_opaque_callback_data: 'turno-3' }
  expect((await act(graph, 'accept', accept)).json).toEqual(success)
  expect((await act(graph, 'accept', accept)).error?.code).toBe(100)
  await world.control.advance(120_000)
  world.control.calls.answer(callId, 'hang_up')
  await world.control.advance(10)
  const [, terminate, ...more] = valuesOf(world, 'calls')
  expect(more).toEqual([])
  expect(callOf(terminate)).toEqual({
    id: callId,
    event: 'terminate',
    direction: 'USER_INITIATED',
    from: waId,
    from_user_id: 'CO.8pQ2xV7kLm',
    to: '573000000001',
    cta_payload: 'oferta-7',
    timestamp: String(newYear / 1000 + 124),
    status: 'COMPLETED',
    start_time: String(newYear / 1000 + 4),
    end_time: String(newYear / 1000 + 124),
    duration: 120,
    biz_opaque_callback_data: 'turno-3',
  })
  expect((await act(graph, 'terminate', { call_id: callId })).error?.code).toBe(100)
  expectAllUnderstood(world)
})

test('a call that is missed or rejected ends without times, with the word that is set', async () => {
  const { world, graph } = startStillWorld()
  const missed = world.control.calls.dial(place)
  await world.control.advance(61_000)
  const rejected = world.control.calls.dial(place)
  expect((await act(graph, 'reject', { call_id: rejected })).status).toBe(200)
  world.control.settings({ missedCallStatus: 'COMPLETED' })
  const given = world.control.calls.dial(place)
  world.control.calls.answer(given, 'hang_up')
  await world.control.advance(10)
  const ends = valuesOf(world, 'calls').flatMap((value) => {
    const call = callOf(value)
    return call?.event === 'terminate' ? [call] : []
  })
  expect(ends.map(({ id, status }) => [id, status])).toEqual([
    [missed, 'FAILED'],
    [rejected, 'FAILED'],
    [given, 'COMPLETED'],
  ])
  for (const call of ends) expect(call).not.toHaveProperty('duration')
})

test('a customer who hides the number calls as a user id, and is called back by it', async () => {
  const { world, graph } = startStillWorld()
  world.control.customer(waId, { hidesPhone: true })
  world.control.calls.dial(place)
  await world.control.advance(61_000)
  const call = callOf(valuesOf(world, 'calls')[0])
  expect(call).toMatchObject({ from_user_id: 'CO.8pQ2xV7kLm', to: '573000000001' })
  expect(call).not.toHaveProperty('from')
  world.control.calls.permit(phoneNumberId, waId, 'temporary')
  const by = await graph('GET', `${phoneNumberId}/call_permissions?recipient=CO.8pQ2xV7kLm`)
  expect(by.json).toMatchObject({ permission: { status: 'temporary' } })
  expectAllUnderstood(world)
})

test('under /control and in scenarios: a customer calls, and the connection breaks with Meta’s error', async () => {
  const { world } = startStillWorld()
  const control = async (name: string, body: unknown) =>
    (await (
      await fetch(`${world.url}/control/${name}`, { method: 'POST', body: JSON.stringify(body) })
    ).json()) as { call_id: string; error?: string }
  const { call_id } = await control('call', { phone_number_id: phoneNumberId, wa_id: waId })
  const chat = await fetch(`${world.url}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${waId}`)
  expect(await chat.json()).toMatchObject({
    window_open: true,
    call: { id: call_id, direction: 'USER_INITIATED', state: 'ringing' },
    no_call: 'in_progress',
    messages: [{ type: 'call', from: 'customer', wamid: call_id }],
  })
  await control('call_answer', { call_id, what: 'break_off', code: 138007 })
  await world.control.advance(10)
  expect(valuesOf(world, 'calls').at(-1)).toMatchObject({
    calls: [{ event: 'terminate', status: 'FAILED' }],
    errors: [{ code: 138007 }],
  })
  expect((await control('call_answer', { call_id, what: 'take' })).error).toContain('is over')
  expectAllUnderstood(world)
})
