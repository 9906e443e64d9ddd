import { expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { demo, hello, settled, startWorld, text, wamidOf } from './harness.ts'

const { phoneNumberId, customer: waId } = demo
const words = (statuses: { status: string }[]) => statuses.map(({ status }) => status)

test('M14: sent, then delivered, then read when the customer opens the chat; each with the echo', async () => {
  const world = startWorld()
  const wamid = wamidOf(await world.send({ ...hello, biz_opaque_callback_data: 'msg_1~1|mine' }))
  await world.untilStatus(wamid, 'delivered')
  await settled(world)
  expect(words(world.statuses(wamid))).not.toContain('read')
  world.control.look(phoneNumberId, waId, true)
  const statuses = await world.untilStatus(wamid, 'read')
  expect(new Set(words(statuses))).toEqual(new Set(['sent', 'delivered', 'read']))
  expect(statuses.map(({ echo }) => echo)).toEqual(statuses.map(() => 'msg_1~1|mine'))
  expect(statuses.map(({ recipient }) => recipient)).toEqual(
    statuses.map(() => ({ waId, userId: 'CO.8pQ2xV7kLm', profileName: 'Lucía Torres' })),
  )
  expect(world.badSignatures).toBe(0)
})

test('a chat that is open reads what arrives; auto-read reads without looking', async () => {
  const world = startWorld()
  world.control.look(phoneNumberId, waId, true)
  const looked = wamidOf(await world.send(hello))
  await world.untilStatus(looked, 'read')
  world.control.look(phoneNumberId, waId, false)
  world.control.settings({ readMs: 5 })
  const unseen = wamidOf(await world.send(hello))
  await world.untilStatus(unseen, 'read')
  for (const wamid of [looked, unseen]) expect(words(world.statuses(wamid))).toContain('read')
})

test('a customer without read receipts reads in silence', async () => {
  const world = startWorld()
  world.control.customer(waId, { tellsRead: false })
  world.control.look(phoneNumberId, waId, true)
  const wamid = wamidOf(await world.send(hello))
  await world.untilStatus(wamid, 'delivered')
  await eventually(async () => {
    const chat = await (
      await fetch(`${world.url}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${waId}`)
    ).json()
    expect(chat).toMatchObject({ messages: [{ wamid, state: 'read' }] })
  })
  await settled(world)
  expect(words(world.statuses(wamid))).not.toContain('read')
})

test('a phone that is off gets its messages when it is on again', async () => {
  const world = startWorld()
  world.control.customer(waId, { isOffline: true })
  const wamid = wamidOf(await world.send(hello))
  await world.untilStatus(wamid, 'sent')
  await settled(world)
  expect(words(world.statuses(wamid))).toEqual(['sent'])
  world.control.customer(waId, { isOffline: false })
  await world.untilStatus(wamid, 'delivered')
})

test('someone without WhatsApp: 131026, without contacts and user id', async () => {
  const world = startWorld()
  world.control.customer(waId, { isOnWhatsApp: false })
  const wamid = wamidOf(await world.send({ ...hello, biz_opaque_callback_data: 'e' }))
  const [status] = await world.untilStatus(wamid, 'failed')
  expect(status).toMatchObject({
    echo: 'e',
    recipient: { waId },
    errors: [{ code: 131026, title: 'Message undeliverable' }],
  })
  expect(status?.recipient).not.toHaveProperty('userId')
})

test('a user id that nobody has fails as undeliverable', async () => {
  const world = startWorld()
  const wamid = wamidOf(await world.send({ ...hello, to: undefined, recipient: 'CO.nobody' }))
  expect((await world.untilStatus(wamid, 'failed'))[0]?.errors).toMatchObject([{ code: 131026 }])
})

test('an account that does not pay: 131042', async () => {
  const world = startWorld()
  world.control.number(phoneNumberId, { standing: 'unpaid' })
  const wamid = wamidOf(await world.send(hello))
  expect((await world.untilStatus(wamid, 'failed'))[0]?.errors).toMatchObject([{ code: 131042 }])
})

test('X4: who stops marketing says so by webhook, gets none (131050), and still gets the rest', async () => {
  const world = startWorld()
  world.control.write({ phoneNumberId, waId, text: 'hola' })
  world.control.customer(waId, { stopsMarketing: true })
  await eventually(() => {
    const change = world.changes().find(({ kind }) => kind === 'user_preferences')
    expect(change).toMatchObject({
      value: { user_preferences: [{ wa_id: waId, category: 'marketing_messages', value: 'stop' }] },
    })
  })
  const parameters = [{ type: 'text', text: 'Ana' }]
  const offer = { name: 'novedades', language: { code: 'es' }, components: [{ type: 'body', parameters }] }
  const wamid = wamidOf(await world.send({ type: 'template', template: offer }))
  expect((await world.untilStatus(wamid, 'failed'))[0]?.errors).toMatchObject([{ code: 131050 }])
  await world.untilStatus(wamidOf(await world.send(hello)), 'delivered')
})

test('CV6: prices come with sent and delivered: templates at their category, service free for the first thousand', async () => {
  const world = startWorld()
  world.control.write({ phoneNumberId, waId, text: 'hola' })
  const priceOf = async (body: Record<string, unknown>) => {
    const statuses = await world.untilStatus(wamidOf(await world.send(body)), 'delivered')
    return statuses.find(({ status }) => status === 'delivered')?.pricing
  }
  expect(await priceOf(hello)).toEqual({ billable: true, model: 'PMP', type: 'regular', category: 'utility' })
  expect(await priceOf(text)).toEqual({
    billable: false,
    model: 'PMP',
    type: 'free_customer_service',
    category: 'service',
  })
})

test('a reaction is sent and nothing more, and stands on the message', async () => {
  const world = startWorld()
  const asked = world.control.write({ phoneNumberId, waId, text: 'gracias' })
  const wamid = wamidOf(await world.send({ type: 'reaction', reaction: { message_id: asked, emoji: '❤️' } }))
  await world.untilStatus(wamid, 'sent')
  const chatUrl = `${world.url}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${waId}`
  await eventually(async () => {
    expect(await (await fetch(chatUrl)).json()).toMatchObject({ messages: [{ wamid: asked, reaction: '❤️' }] })
  })
  await settled(world)
  expect(words(world.statuses(wamid))).toEqual(['sent'])
})

test('a read receipt of the business marks the message and those before; an unknown one is refused', async () => {
  const world = startWorld()
  const [first, second, third] = ['a', 'b', 'c'].map((each) =>
    world.control.write({ phoneNumberId, waId, text: each }),
  )
  const receipt = { status: 'read', message_id: second, to: undefined, typing_indicator: { type: 'text' } }
  expect(await world.send(receipt)).toMatchObject({ status: 200, json: { success: true } })
  const chatUrl = `${world.url}/control/chat?phone_number_id=${phoneNumberId}&wa_id=${waId}`
  expect(await (await fetch(chatUrl)).json()).toMatchObject({
    typing: true,
    messages: [
      { wamid: first, state: 'read' },
      { wamid: second, state: 'read' },
      { wamid: third, state: 'sent' },
    ],
  })
  expect(await world.send({ status: 'read', message_id: 'wamid.nothing', to: undefined })).toMatchObject({
    status: 400,
  })
})
