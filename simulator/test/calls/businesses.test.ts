import { expect, test } from 'bun:test'
import { expectAllUnderstood, newYear, startStillWorld, valuesOf } from '../still-world.ts'
import { act, answer, callOf, dial, idOf, offer, phoneNumberId, waId } from './calling.ts'

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
