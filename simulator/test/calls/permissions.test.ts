import { expect, test } from 'bun:test'
import { demo, errorOf, wamidOf } from '../harness.ts'
import { expectAllUnderstood, newYear, startStillWorld, valuesOf } from '../still-world.ts'
import {
  answer,
  callOf,
  dial,
  hourMs,
  idOf,
  phoneNumberId,
  place,
  requestPermission,
  waId,
} from './calling.ts'

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

test('a template may ask to call outside the window; it counts as a request, and its answers are below it', async () => {
  const { world, graph } = startStillWorld()
  const { json } = await graph('POST', `${demo.wabaId}/message_templates`, {
    name: 'podemos_llamar',
    language: 'es',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: '¿Podemos llamarte?' }, { type: 'CALL_PERMISSION_REQUEST' }],
  })
  expect(json).toMatchObject({ status: 'PENDING' })
  await world.control.advance(60_000)
  const template = { type: 'template', template: { name: 'podemos_llamar', language: { code: 'es' } } }
  wamidOf(await world.send(template))
  expect(errorOf(await world.send(template))).toMatchObject({ code: 138009 })
  await world.control.advance(1_000)
  const chat = await fetch(`${world.url}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${waId}`)
  expect(await chat.json()).toMatchObject({
    messages: [{ template: { buttons: [{ type: 'CALL_PERMISSION_REQUEST' }] } }],
  })
})
