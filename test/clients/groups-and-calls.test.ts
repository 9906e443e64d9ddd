import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { type Simulator, startSimulator } from '../../simulator/src/index.ts'
import type { Target } from './program.ts'
import { startPywa } from './pywa.ts'

const phoneNumberId = '100000000000001'
const lucia = '573001112233'
const martin = '5491156384310'
const pywa = await startPywa()
const bodies: Uint8Array[] = []
let simulator: Simulator
let target: Target
const sink = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    bodies.push(new Uint8Array(await request.arrayBuffer()))
    return new Response()
  },
})

beforeAll(() => {
  // pywa reads the first change of a body alone.
  const settings = { sentMs: 1, deliveredMs: 2, readMs: 5, groupMs: 1, webhookChangesMax: 1 }
  simulator = startSimulator({ webhookUrl: `http://127.0.0.1:${sink.port}/`, settings })
  const place = {
    origin: simulator.url,
    phoneNumberId,
    wabaId: '200000000000001',
    customer: lucia,
    wamid: '',
  }
  const media = { image: '', video: '', audio: '', voice: '', document: '', sticker: '' }
  target = { ...place, token: 'simulator-access-token', appSecret: 'simulator-app-secret', media }
})
afterAll(async () => {
  pywa.stop()
  await simulator?.stop()
  await sink.stop(true)
})

/** The first body that says all of the words. */
const bodyWith = (...words: string[]): Promise<Uint8Array> =>
  eventually(() => {
    const found = bodies.find((body) => {
      const text = new TextDecoder().decode(body)
      return words.every((word) => text.includes(word))
    })
    if (!found) throw new Error(`no body says ${words.join(' ')}`)
    return found
  })

test('pywa, unchanged, makes a group, sees who is in it, sends to it, and reads the statuses of each participant', async () => {
  const requestId = await pywa.createGroup(target)
  await bodyWith('group_create', requestId)
  const [made] = simulator.control.groups.list()
  const groupId = made?.group_id ?? ''
  const link = made?.invite_link ?? ''
  for (const waId of [lucia, martin]) simulator.control.groups.join(link, waId)
  expect(await pywa.group(target, groupId)).toEqual({ subject: 'Equipo', people: [lucia, martin], link })
  simulator.control.groups.write({ groupId, waId: martin, text: 'hola' })
  const wamid = await pywa.sendToGroup(target, groupId)
  for (const status of ['delivered', 'read'])
    expect(await pywa.read(target, await bodyWith(wamid, `"${status}"`))).toEqual([
      [groupId, wamid, status],
      [groupId, wamid, status],
    ])
})

test('pywa, unchanged, accepts a customer’s call and hangs up', async () => {
  const callId = simulator.control.calls.dial({ phoneNumberId, waId: lucia, sdp: 'v=0\r\no=phone' })
  expect(await pywa.read(target, await bodyWith(callId, '"connect"'))).toEqual([
    ['connect', callId, lucia, 'v=0\r\no=phone'],
    ['accepted', true],
  ])
  expect(simulator.control.calls.find(callId)).toMatchObject({ state: 'connected' })
  await pywa.hangUp(target, callId)
  expect(await pywa.read(target, await bodyWith(callId, '"terminate"'))).toEqual([
    ['terminate', callId, 'COMPLETED', expect.any(Number)],
  ])
})

test('pywa, unchanged, calls a customer who allows it', async () => {
  expect(await pywa.callPermission(target)).toBe('no_permission')
  expect(await pywa.dial(target).catch((error: Error) => error.message)).toContain('CallPermissionNotFound')
  simulator.control.calls.permit(phoneNumberId, lucia, 'temporary')
  expect(await pywa.read(target, await bodyWith('call_permission_reply'))).toEqual([['permission', 'accept']])
  expect(await pywa.callPermission(target)).toBe('temporary')
  const callId = await pywa.dial(target)
  expect(await pywa.read(target, await bodyWith(callId, 'RINGING'))).toEqual([['RINGING', callId]])
  simulator.control.calls.answer(callId, 'take')
  expect(await pywa.read(target, await bodyWith(callId, 'ACCEPTED'))).toEqual([['ACCEPTED', callId]])
})
