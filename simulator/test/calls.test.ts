import { expect, test } from 'bun:test'
import {
  act,
  answer,
  callOf,
  dial,
  hourMs,
  idOf,
  offer,
  phoneNumberId,
  place,
  requestPermission,
  waId,
} from './calling.ts'
import { demo, errorOf, text, wamidOf } from './harness.ts'
import { expectAllUnderstood, newYear, startStillWorld, valuesOf } from './still-world.ts'

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

test('without permission a business cannot call (138006); it asks, the customer answers, and for a week it may', async () => {
  const { world, graph } = startStillWorld()
  expect((await dial(graph)).error).toMatchObject({ code: 138006 })
  world.control.write({ ...place, text: 'hola' })
  const request = wamidOf(await world.send(requestPermission))
  await world.control.advance(1_000)
  world.control.write({
    ...place,
    type: 'interactive',
    content: { type: 'call_permission_reply', call_permission_reply: { response: 'accept' } },
    quoted: request,
  })
  await world.control.advance(10)
  const expiration_timestamp = newYear / 1000 + 1 + 7 * 86_400
  expect(valuesOf(world, 'messages').at(-1)).toMatchObject({
    messages: [
      {
        from: waId,
        context: { id: request },
        type: 'interactive',
        interactive: {
          type: 'call_permission_reply',
          call_permission_reply: {
            response: 'accept',
            is_permanent: false,
            expiration_timestamp,
            response_source: 'user_action',
          },
        },
      },
    ],
  })
  const permissions = () => graph('GET', `${phoneNumberId}/call_permissions?user_wa_id=${waId}`)
  expect((await permissions()).json).toEqual({
    messaging_product: 'whatsapp',
    permission: { status: 'temporary', expiration_time: expiration_timestamp },
    actions: [
      {
        action_name: 'send_call_permission_request',
        can_perform_action: false,
        limits: [
          { time_period: 'PT24H', max_allowed: 1, current_usage: 1 },
          { time_period: 'P7D', max_allowed: 2, current_usage: 1 },
        ],
      },
      {
        action_name: 'start_call',
        can_perform_action: true,
        limits: [{ time_period: 'PT24H', max_allowed: 100, current_usage: 0 }],
      },
    ],
  })
  expect((await dial(graph)).status).toBe(200)
  await world.control.advance(7 * 24 * hourMs)
  expect((await permissions()).json).toMatchObject({ permission: { status: 'no_permission' } })
  expect((await dial(graph)).error?.code).toBe(138006)
  expectAllUnderstood(world)
})

test('a business’s call: Meta’s answer, RINGING, ACCEPTED, and the end, each with what the business wrote on it', async () => {
  const { world, graph } = startStillWorld()
  world.control.calls.permit(phoneNumberId, waId, 'permanent')
  const called = await dial(graph, { biz_opaque_callback_data: 'pedido-9' })
  const callId = idOf(called)
  expect(called.json).toEqual({ messaging_product: 'whatsapp', calls: [{ id: callId }], success: true })
  await world.control.advance(1_000)
  world.control.calls.answer(callId, 'take')
  await world.control.advance(30_000)
  expect((await act(graph, 'terminate', { call_id: callId })).json).toMatchObject({ success: true })
  await world.control.advance(10)
  const told = valuesOf(world, 'calls')
  const side = {
    from: '573000000001',
    to: waId,
    to_user_id: 'CO.8pQ2xV7kLm',
    direction: 'BUSINESS_INITIATED',
  }
  const session = { sdp_type: 'answer', sdp: expect.stringContaining('v=0') }
  expect(callOf(told[0])).toMatchObject({ id: callId, event: 'connect', ...side, session })
  const status = { id: callId, type: 'call', recipient_id: waId, biz_opaque_callback_data: 'pedido-9' }
  expect(told[1]).toMatchObject({ statuses: [{ ...status, status: 'RINGING' }] })
  expect(told[2]).toMatchObject({ statuses: [{ ...status, status: 'ACCEPTED' }] })
  expect(callOf(told[3])).toMatchObject({
    id: callId,
    event: 'terminate',
    ...side,
    status: 'COMPLETED',
    duration: 30,
    biz_opaque_callback_data: 'pedido-9',
  })
  expect(told).toHaveLength(4)
  expectAllUnderstood(world)
})

test('a refused call is REJECTED and then over; four in a row that nobody takes end the permission', async () => {
  const { world, graph } = startStillWorld()
  world.control.calls.permit(phoneNumberId, waId, 'permanent')
  const refused = idOf(await dial(graph))
  await world.control.advance(1_000)
  world.control.calls.answer(refused, 'refuse')
  await world.control.advance(10)
  expect(valuesOf(world, 'calls').at(-2)).toMatchObject({ statuses: [{ id: refused, status: 'REJECTED' }] })
  expect(callOf(valuesOf(world, 'calls').at(-1))).toMatchObject({ id: refused, event: 'terminate' })
  world.control.customer(waId, { isOffline: true })
  for (let i = 0; i < 3; i++) {
    expect((await dial(graph)).status).toBe(200)
    await world.control.advance(61_000)
  }
  // A phone that is off does not ring.
  const ringing = valuesOf(world, 'calls').filter(({ statuses }) =>
    JSON.stringify(statuses)?.includes('RINGING'),
  )
  expect(ringing).toHaveLength(1)
  expect((await dial(graph)).error?.code).toBe(138006)
})

test('what stands in a call’s way has Meta’s own code', async () => {
  const { world, graph } = startStillWorld()
  const code = async (more?: Record<string, unknown>) => (await dial(graph, more)).error?.code
  world.control.calls.permit(phoneNumberId, waId, 'permanent')
  expect(await code({ session: { ...offer, sdp_type: 'answer' } })).toBe(100)
  expect((await act(graph, 'connect', { to: waId })).error?.code).toBe(131008)
  expect((await act(graph, 'connect', { session: offer })).error?.code).toBe(131008)
  expect((await act(graph, 'dance', { to: waId })).error?.code).toBe(100)
  expect((await act(graph, 'accept', { call_id: 'wacid.x', session: answer })).error?.code).toBe(100)
  world.control.customer('573009998877', { isOnWhatsApp: false })
  expect(await code({ to: '573009998877' })).toBe(138001)
  const first = idOf(await dial(graph))
  expect(await code()).toBe(138003)
  await world.control.advance(1_000)
  world.control.calls.answer(first, 'take')
  world.control.calls.answer(first, 'hang_up')
  world.control.settings({ callsPerPairMax: 1 })
  expect((await dial(graph)).error).toMatchObject({
    code: 138012,
    details: expect.stringContaining(String(newYear / 1000 + 1 + 86_400)),
  })
  world.control.settings({ callsPerPairMax: 100, callsAtOnceMax: 0 })
  expect(await code()).toBe(138002)
  world.control.settings({ callsAtOnceMax: 1_000, callsPerMinuteMax: 1 })
  expect(await code()).toBe(138005)
  world.control.settings({ callsPerMinuteMax: 0 })
  world.control.number(phoneNumberId, { standing: 'unpaid' })
  expect(await code()).toBe(131044)
  world.control.number(phoneNumberId, { standing: 'good' })
  expect((await dial(graph, { to: undefined, recipient: 'CO.8pQ2xV7kLm' })).status).toBe(200)
  const foreign = await graph('POST', '100000000000002/calls', { action: 'connect' })
  expect(foreign.error?.code).toBe(100)
  for (let i = 0; i < 5; i++) await graph('GET', `${phoneNumberId}/call_permissions?user_wa_id=${waId}`)
  const sixth = await graph('GET', `${phoneNumberId}/call_permissions?user_wa_id=${waId}`)
  expect(sixth.error?.code).toBe(613)
})

test('a second request for permission in a day is 138009, and a connected call makes room', async () => {
  const { world } = startStillWorld()
  world.control.write({ ...place, text: 'hola' })
  wamidOf(await world.send(requestPermission))
  expect(errorOf(await world.send(requestPermission))).toMatchObject({ code: 138009 })
  const callId = world.control.calls.dial(place)
  await world.control.advance(1_000)
  expect(errorOf(await world.send(requestPermission))).toMatchObject({ code: 138009 })
  await fetch(`${world.url}/v24.0/${phoneNumberId}/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${demo.token}` },
    body: JSON.stringify({
      messaging_product: 'whatsapp',
      action: 'accept',
      call_id: callId,
      session: answer,
    }),
  })
  wamidOf(await world.send(requestPermission))
  await world.control.advance(24 * hourMs)
  world.control.write({ ...place, text: 'hola' })
  wamidOf(await world.send(requestPermission))
  await world.control.advance(24 * hourMs)
  world.control.write({ ...place, text: 'hola' })
  // Two in seven days.
  expect(errorOf(await world.send(requestPermission))).toMatchObject({ code: 138009 })
})

test('with callbacks allowed a customer’s call gives permission by itself, told on messages with the call’s id', async () => {
  const { world, graph } = startStillWorld()
  await graph('POST', `${phoneNumberId}/settings`, { calling: { callback_permission_status: 'ENABLED' } })
  const callId = world.control.calls.dial(place)
  await world.control.advance(61_000)
  expect(valuesOf(world, 'messages')).toMatchObject([
    {
      messages: [
        {
          context: { id: callId },
          interactive: {
            call_permission_reply: { response: 'accept', is_permanent: false, response_source: 'automatic' },
          },
        },
      ],
    },
  ])
  expect((await dial(graph)).status).toBe(200)
  expectAllUnderstood(world)
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
