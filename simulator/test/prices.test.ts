import { expect, test } from 'bun:test'
import type { Status } from '@palomar/cloud-api'
import { demo, hello, startWorld, text, type World, wamidOf } from './harness.ts'

const { phoneNumberId, customer: waId, wabaId } = demo
const hour = 3_600_000
const at = (...date: [number, number, number, number?]) => ({ virtualClockFrom: Date.UTC(...date) })
const code = {
  type: 'template',
  template: {
    name: 'codigo_acceso',
    language: { code: 'es' },
    components: [{ type: 'body', parameters: [{ type: 'text', text: '123456' }] }],
  },
}
const offer = {
  type: 'template',
  template: {
    name: 'novedades',
    language: { code: 'es' },
    components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
  },
}

/** The first status of a message that tells its price. */
async function priced(world: World, body: Record<string, unknown>): Promise<Status> {
  const wamid = wamidOf(await world.send(body))
  await world.control.advance(1_000)
  const found = world.statuses(wamid).find(({ pricing }) => pricing)
  if (!found) throw new Error('no price')
  return found
}
const price = async (world: World, body: Record<string, unknown>) => (await priced(world, body)).pricing
const writes = (world: World, referral?: Record<string, unknown>) =>
  world.control.write({ phoneNumberId, waId, text: 'hola', ...(referral ? { referral } : {}) })
const pmp = (type: string, category: string) => ({
  billable: type === 'regular',
  model: 'PMP',
  type,
  category,
})

test('before July 2025 a conversation has the price: one of 24 hours for each category', async () => {
  const world = startWorld(at(2025, 4, 1))
  const [first, second] = [await priced(world, offer), await priced(world, offer)]
  expect(first.pricing).toMatchObject({ billable: true, model: 'CBP', category: 'marketing' })
  expect(first.conversation).toMatchObject({ originType: 'marketing', expiresAt: expect.any(Date) })
  expect(second.conversation?.id).toBe(first.conversation?.id as string)
  expect((await priced(world, hello)).conversation?.id).not.toBe(first.conversation?.id as string)
  writes(world)
  expect((await priced(world, text)).pricing).toMatchObject({ billable: false, category: 'service' })
  await world.control.advance(24 * hour)
  expect((await priced(world, offer)).conversation?.id).not.toBe(first.conversation?.id as string)
})

test('from July 2025: each template its price, utility free inside a window, service free', async () => {
  const world = startWorld(at(2025, 7, 1))
  expect(await price(world, hello)).toEqual(pmp('regular', 'utility'))
  writes(world)
  expect(await price(world, hello)).toEqual(pmp('free_customer_service', 'utility'))
  expect(await price(world, offer)).toEqual(pmp('regular', 'marketing'))
  expect(await price(world, text)).toEqual(pmp('free_customer_service', 'service'))
})

test('from October 2026: utility is charged inside a window too; service is free a thousand times a month, each number for itself', async () => {
  const world = startWorld({ ...at(2026, 9, 30, 20), settings: { rates: false } })
  writes(world)
  expect(await price(world, hello)).toEqual(pmp('regular', 'utility'))
  const first = await price(world, text)
  for (let i = 0; i < 999; i++) wamidOf(await world.send(text))
  expect(first).toEqual(pmp('free_customer_service', 'service'))
  expect(await price(world, text)).toEqual(pmp('regular', 'service'))
  const other = '100000000000002'
  world.control.write({ phoneNumberId: other, waId, text: 'hola' })
  const there = wamidOf(await world.send(text, { phoneNumberId: other, token: 'sim-token-panaderia-sol' }))
  await world.control.advance(1_000)
  expect(world.statuses(there)[0]?.pricing?.type).toBe('free_customer_service')
  await world.control.advance(28 * hour)
  writes(world)
  expect(await price(world, text)).toEqual(pmp('free_customer_service', 'service'))
})

test('who came by an ad and was answered within a day: all is free for 72 hours from the answer', async () => {
  const world = startWorld(at(2026, 10, 1))
  writes(world, { source_type: 'ad', source_id: '1', ctwa_clid: 'c' })
  await world.control.advance(23 * hour)
  const answer = await priced(world, text)
  expect(answer.pricing).toEqual(pmp('free_entry_point', 'referral_conversion'))
  expect(answer.conversation).toMatchObject({ originType: 'referral_conversion' })
  expect(await price(world, offer)).toEqual(pmp('free_entry_point', 'referral_conversion'))
  await world.control.advance(71 * hour)
  expect(await price(world, offer)).toEqual(pmp('free_entry_point', 'referral_conversion'))
  await world.control.advance(hour)
  expect(await price(world, offer)).toEqual(pmp('regular', 'marketing'))
  writes(world, { source_type: 'ad', source_id: '2' })
  await world.control.advance(25 * hour)
  expect(await price(world, offer)).toEqual(pmp('regular', 'marketing'))
})

test('codes to another country have a rate of their own for those portfolios that pay it', async () => {
  const world = startWorld(at(2026, 10, 1))
  const abroad = { ...code, to: '6281234567890' }
  expect(await price(world, abroad)).toEqual(pmp('regular', 'authentication'))
  world.control.portfolio('300000000000001', { isInternational: true })
  expect(await price(world, abroad)).toEqual(pmp('regular', 'authentication-international'))
  expect(await price(world, code)).toEqual(pmp('regular', 'authentication'))
})

test('the marketing endpoint’s messages are marketing_lite; it takes nothing else', async () => {
  const world = startWorld(at(2026, 10, 1))
  const send = async (body: Record<string, unknown>) =>
    (await (
      await fetch(`${world.url}/v24.0/${phoneNumberId}/marketing_messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${demo.token}` },
        body: JSON.stringify({ messaging_product: 'whatsapp', to: waId, ...body }),
      })
    ).json()) as { messages?: { id: string }[]; error?: { code: number } }
  const id = (await send(offer)).messages?.[0]?.id ?? ''
  await world.control.advance(1_000)
  expect(world.statuses(id)[0]?.pricing).toEqual(pmp('regular', 'marketing_lite'))
  expect((await send(hello)).error?.code).toBe(134100)
})

test('a conversation is told to apps below v24, each message its own, and to those of v24 in a free entry point alone', async () => {
  const world = startWorld(at(2026, 10, 1))
  await world.control.app('default', { version: 23 })
  const [first, second] = [await priced(world, offer), await priced(world, offer)]
  expect(first.conversation).toMatchObject({ originType: 'marketing', expiresAt: expect.any(Date) })
  expect(second.conversation?.id).not.toBe(first.conversation?.id as string)
  const delivered = world.statuses(first.wamid).find(({ status }) => status === 'delivered')
  expect(delivered?.conversation).toMatchObject({ id: first.conversation?.id })
  expect(delivered?.conversation).not.toHaveProperty('expiresAt')
  await world.control.app('default', { version: 24 })
  expect((await priced(world, offer)).conversation).toBeUndefined()
  // Another app hears the same in its own version.
  await world.control.app('clinica', { version: 23 })
  world.control.token({ token: 'of-the-clinic', nodes: [wabaId], app: 'clinica' })
  await fetch(`${world.url}/v23.0/${wabaId}/subscribed_apps`, {
    method: 'POST',
    headers: { authorization: 'Bearer of-the-clinic' },
  })
  const { wamid } = await priced(world, offer)
  const told = (path: string) =>
    world.delivered
      .filter((each) => each.path === path)
      .some(({ bytes }) => {
        const body = new TextDecoder().decode(bytes)
        return body.includes(wamid) && body.includes('"conversation"')
      })
  expect([told('/webhooks/whatsapp'), told('/webhooks/whatsapp/clinica')]).toEqual([false, true])
})
