import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { migrate, migrateDown } from '@palomar/db'
import { eventually } from '@palomar/testkit'
import { customerWrites } from '../edges/webhook-body.ts'
import { Product, unclaimed } from '../product.ts'

let product: Product
beforeAll(async () => {
  product = await Product.start()
}, 120_000)
afterAll(() => product?.stop(), 60_000)

const demoNumber = '100000000000001'
const [secondNumber] = unclaimed

/** What a company sees, but for the moment of asking and what depends on it. */
async function seen(token: string) {
  const overview = await product.must('GET', `/v1/analytics/overview?${overviewPeriod()}`, { token })
  const { data } = await product.must('GET', '/v1/analytics/events?limit=200', { token })
  const { counted_until: _, previous: __, ...figures } = overview
  return { figures, events: data }
}

/** A year around today, whenever that is. */
function overviewPeriod(): string {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  return `from=${day(-200)}&to=${day(30)}&step=day&time_zone=America/Bogota`
}

/** Customers wrote over three days; some are answered, read and one does not arrive. */
async function work(phoneNumberId: string, token: string, customers: number, wabaId?: string): Promise<void> {
  const writers = Array.from({ length: customers }, (_, n) => `57300555${String(n).padStart(4, '0')}`)
  for (const [n, waId] of writers.entries()) {
    if (wabaId === undefined) {
      const at = Date.now() - n * 6 * 3_600_000
      await product.webhook(customerWrites({ phoneNumberId, waId, text: `antes ${n}`, at }))
    }
    await product.write(phoneNumberId, waId, 'hola')
  }
  const received = wabaId === undefined ? 2 * customers : customers
  await eventually(async () => expect((await seen(token)).figures.total.received).toBe(received), {
    timeoutMs: 30_000,
  })
  const answer = (to: string) =>
    product.must('POST', '/v1/messages', {
      token,
      body: { from: phoneNumberId, to, type: 'text', text: { body: 'sí' } },
    })
  const [first = '', ...others] = writers
  for (const waId of others) await answer(waId)
  await product.control('look', { phone_number_id: phoneNumberId, wa_id: others[0] ?? '', open: true })
  await eventually(async () => expect((await seen(token)).figures.total.delivered).toBe(others.length), {
    timeoutMs: 30_000,
  })
  await product.control('customers', { wa_id: first, on_whatsapp: false })
  await answer(first)
  await eventually(async () => expect((await seen(token)).figures.total.failed).toBe(1), {
    timeoutMs: 30_000,
  })
  await product.control('customers', { wa_id: first, on_whatsapp: true })
}

async function dropAndMigrate(): Promise<void> {
  const url = new URL(product.demo.settings.adminUrl)
  url.username = 'palomar_migrator'
  url.password = product.demo.settings.secrets.roles.palomar_migrator ?? ''
  const folder = join(import.meta.dir, '../../services/analytics/drizzle')
  const options = { url: url.href, folder, schema: 'analytics' }
  await migrateDown(options)
  await migrate(options)
}

test('AN8: dropped and rebuilt from the facts of inbox and tenancy, the figures of every company are what they were', async () => {
  const platform = await product.platformToken()
  const demo = await product.demoAdminToken()
  const second = await product.addCompany(platform, 'Segunda')
  await product.addNumber(second.token, secondNumber)
  await work(demoNumber, demo, 7)
  await work(secondNumber.phoneNumberId, second.token, 4, secondNumber.wabaId)
  const companies = [demo, second.token]
  const before = await Promise.all(companies.map(seen))
  expect(before[0]?.figures.total).toEqual({
    received: 14,
    accepted: 7,
    sent: 6,
    delivered: 6,
    read: 1,
    failed: 1,
  })
  expect(before[1]?.figures.total).toEqual({
    received: 4,
    accepted: 4,
    sent: 3,
    delivered: 3,
    read: 1,
    failed: 1,
  })
  expect(before[0]?.figures.failures).toMatchObject([{ code: 131026, count: 1 }])
  expect(before[0]?.figures.numbers).toMatchObject([{ state: 'active', received: 14 }])
  expect(before[0]?.events.map((event: { kind: string }) => event.kind)).toContain('message_failed')

  await dropAndMigrate()
  expect((await seen(demo)).figures.total.received).toBe(0)

  let sent = 0
  for (let done = false; !done; ) {
    const answer = await product.must('POST', '/v1/analytics/rebuild', { token: platform, body: {} })
    sent = answer.events
    done = answer.done
  }
  expect(sent).toBeGreaterThanOrEqual(18 + 11 + 11 + 2)
  await eventually(async () => expect(await Promise.all(companies.map(seen))).toEqual(before), {
    timeoutMs: 30_000,
  })
}, 180_000)
