import { expect, test } from 'bun:test'
import { errorOf } from '../harness.ts'
import { expectAllUnderstood, newYear, startStillWorld, valuesOf } from '../still-world.ts'
import {
  act,
  answer,
  callOf,
  dial,
  hourMs,
  phoneNumberId,
  place,
  requestPermission,
  waId,
} from './calling.ts'

test('calls are switched on and off in the settings, the account hears of it, and only with an app that hears calls', async () => {
  const { world, graph } = startStillWorld()
  const set = (calling: Record<string, unknown>) => graph('POST', `${phoneNumberId}/settings`, { calling })
  const settings = async () => (await graph('GET', `${phoneNumberId}/settings`)).json.calling
  expect(await settings()).toMatchObject({ status: 'ENABLED', call_icon_visibility: 'DEFAULT' })
  expect((await set({ status: 'DISABLED' })).json).toEqual({ success: true })
  expect((await dial(graph)).error?.code).toBe(138000)
  expect(() => world.control.calls.dial(place)).toThrow('calling_disabled')
  world.control.write({ ...place, text: 'hola' })
  expect(errorOf(await world.send(requestPermission))).toMatchObject({ code: 138000 })
  await world.control.advance(10)
  expect(valuesOf(world, 'account_settings_update')).toMatchObject([
    {
      type: 'phone_number_settings',
      phone_number_settings: { phone_number_id: phoneNumberId, calling: { status: 'DISABLED' } },
    },
  ])
  const app = { object: 'whatsapp_business_account', callback_url: world.webhookUrl, verify_token: 'x' }
  const appToken = '400000000000001|simulator-app-secret'
  await graph('POST', '400000000000001/subscriptions', { ...app, fields: 'messages' }, appToken)
  expect((await set({ status: 'ENABLED' })).error?.code).toBe(138018)
  await graph('POST', '400000000000001/subscriptions', { ...app, fields: 'messages,calls' }, appToken)
  expect((await set({ status: 'ENABLED' })).status).toBe(200)
  const hours = {
    status: 'ENABLED',
    timezone_id: 'America/Bogota',
    weekly_operating_hours: [{ day_of_week: 'FRIDAY', open_time: '0800', close_time: '1700' }],
  }
  expect((await set({ call_hours: { ...hours, timezone_id: 'Marte/Olimpo' } })).error?.code).toBe(100)
  expect((await set({ call_hours: { ...hours, weekly_operating_hours: [] } })).error?.code).toBe(100)
  expect((await set({ call_hours: hours })).status).toBe(200)
  expect(() => world.control.calls.dial(place)).toThrow('outside_call_hours')
  // The first of January 2026 was a Thursday; this is Friday, nine in the morning in Bogotá.
  await world.control.advance((24 + 14) * hourMs)
  world.control.calls.dial(place)
  expectAllUnderstood(world)
})

test('what a business wants kept of a call is told of after it, as files that can be read', async () => {
  const { world, graph } = startStillWorld()
  const callId = world.control.calls.dial(place)
  const kept = { recording: { status: 'ENABLED' }, transcription: { status: 'ENABLED' } }
  await act(graph, 'accept', { call_id: callId, session: answer, ...kept })
  await act(graph, 'terminate', { call_id: callId })
  await world.control.advance(5_000)
  const told = valuesOf(world, 'calls').slice(2).map(callOf)
  expect(told).toMatchObject([
    { id: callId, event: 'call_recording_available', call_recording: { mime_type: 'audio/ogg' } },
    { id: callId, event: 'call_transcription_available', call_transcript: { mime_type: 'application/json' } },
  ])
  const file = (told[0]?.call_recording as { id: string } | undefined)?.id ?? ''
  expect((await graph('GET', file)).json).toMatchObject({ id: file, mime_type: 'audio/ogg' })
  expectAllUnderstood(world)
})

test('with SIP the edges are closed, and webhooks come without a session, or not at all', async () => {
  const { world, graph } = startStillWorld()
  await graph('POST', `${phoneNumberId}/settings`, { calling: { sip: { status: 'ENABLED', servers: [] } } })
  const callId = world.control.calls.dial(place)
  expect((await act(graph, 'accept', { call_id: callId, session: answer })).error?.code).toBe(100)
  world.control.calls.answer(callId, 'take')
  await world.control.advance(3_000)
  world.control.calls.answer(callId, 'hang_up')
  await world.control.advance(10)
  const told = valuesOf(world, 'calls').map(callOf)
  expect(told).toMatchObject([
    { id: callId, event: 'call_created' },
    { id: callId, event: 'terminate', duration: 3 },
  ])
  expect(told[0]).not.toHaveProperty('session')
  world.control.settings({ sipWebhooks: false })
  world.control.calls.dial(place)
  await world.control.advance(61_000)
  expect(valuesOf(world, 'calls')).toHaveLength(2)
  expectAllUnderstood(world)
})

test('Meta takes calls from a number: its account hears of it, the settings show it, and it ends', async () => {
  const { world, graph } = startStillWorld()
  world.control.calls.permit(phoneNumberId, waId, 'permanent')
  const type = 'RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING'
  world.control.calls.restrict(phoneNumberId, type, 1)
  await world.control.advance(10)
  const expiration = newYear / 1000 + 86_400
  expect(valuesOf(world, 'account_update')).toEqual([
    {
      event: 'ACCOUNT_RESTRICTION',
      phone_number: '573000000001',
      restriction_info: [{ restriction_type: type, expiration }],
    },
  ])
  expect((await graph('GET', `${phoneNumberId}/settings`)).json).toMatchObject({
    calling: { restrictions: { restrictions_list: [{ type, expiration }] } },
  })
  expect((await dial(graph)).error?.code).toBe(368)
  expect(() => world.control.calls.dial(place)).toThrow('calling_disabled')
  await world.control.advance(24 * hourMs)
  expect((await dial(graph)).status).toBe(200)
  world.control.calls.restrict(phoneNumberId, 'RESTRICTED_USER_INITIATED_CALLING', 1)
  expect(() => world.control.calls.dial({ ...place, waId: '5491156384310' })).toThrow('calling_disabled')
  expectAllUnderstood(world)
})

test('a small portfolio, and a number that is on the app too, cannot switch calls on (138018)', async () => {
  const { world, graph } = startStillWorld()
  const switchOn = async () =>
    (await graph('POST', `${phoneNumberId}/settings`, { calling: { status: 'ENABLED' } })).error?.code
  world.control.tier('300000000000001', 'TIER_250')
  expect(await switchOn()).toBe(138018)
  world.control.tier('300000000000001', 'TIER_2K')
  expect(await switchOn()).toBeUndefined()
  await fetch(`${world.url}/control/coexistence`, {
    method: 'POST',
    body: JSON.stringify({ phone_number_id: phoneNumberId, do: 'onboard' }),
  })
  expect(await switchOn()).toBe(138018)
  expect((await dial(graph)).error?.code).toBe(138000)
  expect(
    (await graph('POST', `${phoneNumberId}/groups`, { messaging_product: 'whatsapp', subject: 'x' })).error,
  ).toMatchObject({ code: 131215 })
  world.control.settings({ callsBesideApp: true })
  expect(await switchOn()).toBeUndefined()
})
