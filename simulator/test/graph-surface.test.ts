import { describe, expect, test } from 'bun:test'
import { createGraphClient, type GraphAnswer } from '@palomar/cloud-api'
import { demo, errorOf, hello, startWorld, text, wamidOf } from './harness.ts'

const startsAt = Date.UTC(2026, 5, 1, 12)
const hour = 3_600_000
const { phoneNumberId, wabaId, customer } = demo
const appId = '400000000000001'

function open(options: Parameters<typeof startWorld>[0] = {}) {
  const world = startWorld({ virtualClockFrom: startsAt, ...options })
  const client = createGraphClient({ baseUrl: world.url })
  const call = { token: demo.token, version: 'v24.0', deadlineMs: 5_000 }
  return { world, client, call, ofNumber: { ...call, phoneNumberId }, ofAccount: { ...call, wabaId } }
}

function got<T>(answer: GraphAnswer<T>): T {
  if (answer.kind !== 'ok') throw new Error(`not ok: ${JSON.stringify(answer)}`)
  return answer.value
}
function refusedWith(answer: GraphAnswer<unknown>): number {
  if (answer.kind !== 'error') throw new Error(`no error: ${JSON.stringify(answer)}`)
  return answer.error.code
}

describe('a number', () => {
  test('its profile is changed within Meta’s limits', async () => {
    const { client, ofNumber } = open()
    const profile = { about: 'Pan cada día', vertical: 'GROCERY', websites: ['https://example.com/'] }
    got(await client.updateProfile({ ...ofNumber, profile }))
    expect(got(await client.getProfile(ofNumber))).toMatchObject(profile)
    for (const wrong of [
      { about: 'x'.repeat(140) },
      { vertical: 'PANADERIA' },
      { websites: ['a', 'b', 'c'] },
    ])
      expect(refusedWith(await client.updateProfile({ ...ofNumber, profile: wrong }))).toBe(100)
    expect(got(await client.getProfile(ofNumber))).toMatchObject(profile)
  })

  test('it is registered with a pin that stays the same, ten times in 72 hours at most', async () => {
    const { world, client, ofNumber } = open()
    got(await client.deregisterNumber(ofNumber))
    expect(errorOf(await world.send(hello)).code).toBe(133010)
    got(await client.registerNumber({ ...ofNumber, pin: '123456' }))
    expect(refusedWith(await client.registerNumber({ ...ofNumber, pin: '654321' }))).toBe(133005)
    for (let n = 0; n < 8; n++) got(await client.registerNumber({ ...ofNumber, pin: '123456' }))
    expect(refusedWith(await client.registerNumber({ ...ofNumber, pin: '123456' }))).toBe(133016)
    await world.control.advance(73 * hour)
    got(await client.registerNumber({ ...ofNumber, pin: '123456' }))
    wamidOf(await world.send(hello))
  })

  test('it is verified with the code that was sent, and with no other', async () => {
    const { world, client, ofNumber } = open()
    got(await client.requestCode({ ...ofNumber, method: 'SMS', language: 'es' }))
    expect(refusedWith(await client.verifyCode({ ...ofNumber, code: '000000' }))).toBe(136025)
    const { code } = (await (
      await fetch(`${world.url}/control/code?phone_number_id=${phoneNumberId}`)
    ).json()) as { code: string }
    got(await client.verifyCode({ ...ofNumber, code }))
    expect(refusedWith(await client.verifyCode({ ...ofNumber, code }))).toBe(136025)
  })

  test('QR codes are made, changed, listed and deleted', async () => {
    const { client, ofNumber } = open()
    const made = got(await client.saveQrCode({ ...ofNumber, message: 'Quiero pan', image: 'PNG' }))
    expect(made.code).toMatch(/^[A-Z2-7]{14}$/)
    expect(made.prefilled_message).toBe('Quiero pan')
    got(await client.saveQrCode({ ...ofNumber, message: 'Quiero dos', code: made.code }))
    expect(got(await client.getQrCode({ ...ofNumber, code: made.code })).prefilled_message).toBe('Quiero dos')
    got(await client.deleteQrCode({ ...ofNumber, code: made.code }))
    expect(got(await client.listQrCodes(ofNumber))).toEqual([])
    expect(refusedWith(await client.saveQrCode({ ...ofNumber, message: 'x'.repeat(141) }))).toBe(100)
  })

  test('only who wrote in the last day is blocked; a blocked one cannot be written to', async () => {
    const { world, client, ofNumber } = open()
    const users = [{ user: customer }, { user: '573009990000' }]
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    const { done, failed } = got(await client.blockUsers({ ...ofNumber, users }))
    expect([done.length, failed.length]).toEqual([1, 1])
    expect(errorOf(await world.send(text)).code).toBe(130403)
    got(await client.unblockUsers({ ...ofNumber, users: [{ user: customer }] }))
    wamidOf(await world.send(text))
  })

  test('settings are kept group by group, and its health says why it cannot send', async () => {
    const { world, client, ofNumber, call } = open()
    const identity = { user_identity_change: { enable_identity_key_check: true } }
    got(await client.updateSettings({ ...ofNumber, settings: identity }))
    expect(got(await client.getSettings(ofNumber))).toMatchObject(identity)
    expect(refusedWith(await client.updateSettings({ ...ofNumber, settings: { nothing: true } }))).toBe(100)
    expect(got(await client.getHealth({ ...call, nodeId: phoneNumberId })).canSendMessage).toBe('AVAILABLE')
    world.control.number(phoneNumberId, { standing: 'unpaid' })
    const health = got(await client.getHealth({ ...call, nodeId: phoneNumberId }))
    expect(health.canSendMessage).toBe('BLOCKED')
    expect(health.entities.flatMap(({ errors }) => errors)).toMatchObject([{ code: 141006 }])
  })
})

describe('an account', () => {
  test('nothing is heard of it after its app has unsubscribed', async () => {
    const { world, client, ofAccount } = open()
    got(await client.unsubscribe(ofAccount))
    world.control.write({ phoneNumberId, waId: customer, text: 'nadie me oye' })
    await world.control.advance(1_000)
    expect(world.inbound()).toEqual([])
    got(await client.subscribe(ofAccount))
    world.control.write({ phoneNumberId, waId: customer, text: 'ahora sí' })
    await world.control.advance(1_000)
    expect(world.inbound()).toHaveLength(1)
  })

  test('messages go to the number’s override before the account’s before the app’s, templates to the app’s alone', async () => {
    const { world, client, ofNumber, ofAccount } = open()
    const origin = new URL(world.webhookUrl).origin
    const override = { callbackUri: `${origin}/cuenta`, verifyToken: 'sí' }
    got(await client.subscribe({ ...ofAccount, override }))
    world.control.write({ phoneNumberId, waId: customer, text: 'uno' })
    await world.control.advance(1_000)
    const config = { override_callback_uri: `${origin}/numero`, verify_token: 'sí' }
    got(await client.updateNumber({ ...ofNumber, changes: { webhook_configuration: config } }))
    world.control.write({ phoneNumberId, waId: customer, text: 'dos' })
    world.control.template(wabaId, 'novedades', 'es', 'PAUSED')
    await world.control.advance(1_000)
    expect(world.delivered.map(({ path }) => path).sort()).toEqual([
      '/cuenta',
      '/numero',
      '/webhooks/whatsapp',
    ])
    expect(world.badSignatures).toBe(0)
  })

  test('an override that does not answer the handshake is not taken', async () => {
    const { client, ofAccount } = open()
    const override = { callbackUri: 'http://127.0.0.1:1/nobody', verifyToken: 'x' }
    expect(refusedWith(await client.subscribe({ ...ofAccount, override }))).toBe(100)
  })

  test('analytics count what Graph accepted', async () => {
    const { world, client, ofAccount } = open()
    for (let n = 0; n < 3; n++) wamidOf(await world.send({ ...hello, to: `57300999${1000 + n}` }))
    const span = { start: startsAt / 1000, end: startsAt / 1000 + 86_400 }
    const analytics = got(
      await client.getAnalytics({ ...ofAccount, edge: 'analytics', granularity: 'DAY', ...span }),
    )
    expect(analytics).toMatchObject({ data_points: [{ sent: 3 }] })
  })

  test('beyond its portfolio’s limit of people a message fails with 131048; who is in a window does not count', async () => {
    const { world } = open({ settings: { rates: false } })
    world.control.tier('300000000000001', 'TIER_250')
    for (let n = 0; n < 250; n++) {
      wamidOf(await world.send({ ...hello, to: `57300${1_000_000 + n}` }))
    }
    world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
    const inside = wamidOf(await world.send(text))
    const beyond = wamidOf(await world.send({ ...hello, to: '573009999999' }))
    const again = wamidOf(await world.send({ ...hello, to: '573001000000' }))
    await world.control.advance(5_000)
    expect(world.statuses(beyond)).toMatchObject([{ status: 'failed', errors: [{ code: 131048 }] }])
    for (const wamid of [inside, again]) expect(world.statuses(wamid)[0]?.status).toBe('sent')
    await world.control.advance(24 * hour)
    const nextDay = wamidOf(await world.send({ ...hello, to: '573009999998' }))
    await world.control.advance(5_000)
    expect(world.statuses(nextDay)[0]?.status).toBe('sent')
  })
})

describe('templates', () => {
  test('an approved one is edited once a day, is reviewed again, and keeps its category', async () => {
    const { world, client, call } = open()
    const templateId = world.control.template(wabaId, 'novedades', 'es').id
    const components = [{ type: 'BODY', text: 'Esta semana hay pan nuevo.' }]
    const edit = (changes: Record<string, unknown>) => client.editTemplate({ ...call, templateId, changes })
    expect(refusedWith(await edit({ category: 'UTILITY' }))).toBe(100)
    got(await edit({ components }))
    await world.control.advance(60_000)
    expect(refusedWith(await edit({ components }))).toBe(100)
    await world.control.advance(25 * hour)
    got(await edit({ components }))
  })

  test('one that pacing paused goes on after five minutes, when it is told to', async () => {
    const { world, client, call } = open()
    const template = world.control.template(wabaId, 'hello_world', 'en_US', 'PAUSED')
    const unpause = () => client.unpauseTemplate({ ...call, templateId: template.id })
    await unpause()
    expect(errorOf(await world.send(hello)).code).toBe(132015)
    await world.control.advance(6 * 60_000)
    await unpause()
    wamidOf(await world.send(hello))
  })
})

describe('tokens', () => {
  test('one that has ended is 190 with subcode 463, on every edge', async () => {
    const { world, client, ofNumber } = open()
    world.control.token({ token: demo.token, expiresInMs: hour })
    wamidOf(await world.send(hello))
    await world.control.advance(2 * hour)
    expect(errorOf(await world.send(hello))).toMatchObject({ status: 401, code: 190, subcode: 463 })
    expect(refusedWith(await client.getProfile(ofNumber))).toBe(190)
  })

  test('without the permission an edge is 403, code 200; the number itself may be read', async () => {
    const { world, client, ofNumber } = open()
    const scopes = ['whatsapp_business_messaging'] as const
    world.control.token({ token: demo.token, scopes: [...scopes] })
    wamidOf(await world.send(hello))
    got(await client.getNumber(ofNumber))
    expect(refusedWith(await client.getProfile(ofNumber))).toBe(200)
  })

  test('a foreign number answers like one that does not exist', async () => {
    const { client, call } = open()
    const foreign = await client.getProfile({ ...call, phoneNumberId: '100000000000002' })
    const missing = await client.getProfile({ ...call, phoneNumberId: '199999999999999' })
    expect([refusedWith(foreign), refusedWith(missing)]).toEqual([100, 100])
    const bare = (answer: object) =>
      JSON.stringify(answer)
        .replace(/1\d{14}/g, 'ID')
        .replace(/"A0+\w+"/g, 'TRACE')
    expect(bare(foreign)).toBe(bare(missing))
  })

  test('what a token is may be asked with the app’s own', async () => {
    const { client, call } = open()
    const app = { ...call, token: `${appId}|simulator-app-secret` }
    expect(got(await client.debugToken({ ...app, inputToken: demo.token }))).toMatchObject({
      isValid: true,
      appId,
    })
    expect(got(await client.debugToken({ ...app, inputToken: 'nobody’s' })).isValid).toBe(false)
    expect(refusedWith(await client.debugToken({ ...call, inputToken: demo.token }))).toBe(200)
  })
})

test('management calls tell how much of the hour is used; beyond it they are 80007, and the next hour is new', async () => {
  const { world, client, ofNumber } = open()
  for (let n = 0; n < 99; n++) await client.getProfile(ofNumber)
  const hundredth = await client.getProfile(ofNumber)
  expect(JSON.parse((hundredth.kind === 'ok' && hundredth.usage?.business) || '{}')).toMatchObject({
    [wabaId]: [{ type: 'whatsapp', call_count: 2 }],
  })
  const rest = Array.from({ length: 4_900 }, () => client.getProfile(ofNumber))
  await Promise.all(rest)
  expect(refusedWith(await client.getProfile(ofNumber))).toBe(80007)
  wamidOf(await world.send(hello))
  await world.control.advance(hour)
  got(await client.getProfile(ofNumber))
})

test('an app hears only of the fields that it has subscribed to', async () => {
  const { world, client, call } = open()
  const app = { ...call, token: `${appId}|simulator-app-secret`, appId }
  const callback = { callbackUrl: world.webhookUrl, verifyToken: 'v', fields: ['messages'] }
  got(await client.subscribeApp({ ...app, ...callback }))
  world.control.template(wabaId, 'novedades', 'es', 'PAUSED')
  world.control.write({ phoneNumberId, waId: customer, text: 'hola' })
  await world.control.advance(1_000)
  expect(world.changes().map(({ field }) => field)).toEqual(['messages'])
})

test('a resumable upload goes on where it stopped, and ends with a handle', async () => {
  const { client, call } = open()
  const file = new Uint8Array(1_000)
  const { id } = got(
    await client.startUpload({ ...call, appId, filename: 'a.png', size: 1_000, mimeType: 'image/png' }),
  )
  await client.continueUpload({ ...call, uploadId: id, offset: 0, size: 400, bytes: file.subarray(0, 400) })
  const { offset } = got(await client.uploadOffset({ ...call, uploadId: id }))
  expect(offset).toBe(400)
  const rest = file.subarray(offset)
  const { handle } = got(
    await client.continueUpload({ ...call, uploadId: id, offset, size: 1_000, bytes: rest }),
  )
  expect(handle).toStartWith('4::')
})
