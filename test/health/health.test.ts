/** The running product without each of its parts, one after the other. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { Product } from '../product.ts'

let product: Product

beforeAll(async () => {
  product = await Product.start()
}, 120_000)
afterAll(() => product.stop())

async function says(path: string, status: number): Promise<void> {
  await eventually(async () => expect((await product.call('GET', path)).status).toBe(status), {
    timeoutMs: 30_000,
  })
}

test('O1: everything is ok while everything runs', async () => {
  await says('/api/health', 200)
  const body = await product.must('GET', '/api/health')
  expect(body.parts).toEqual({
    db: 'ok',
    whatsapp: 'ok',
    redis: product.demo.stores.redis ? 'ok' : 'off',
    nats: 'ok',
  })
  expect(new Set(Object.values(body.services))).toEqual(new Set(['ok']))
}, 60_000)

test('O1: without Meta’s API, Redis, Postgres or NATS, that part alone says so', async () => {
  await product.demo.processes.simulator?.kill()
  await says('/api/health/whatsapp', 503)
  await says('/api/health', 200)
  if (product.demo.stores.redis) {
    await product.demo.stores.redis.stop()
    await says('/api/health/redis', 503)
    await says('/api/health', 200)
  }
  await says('/api/health/db', 200)
  await product.demo.stores.postgres.stop()
  await says('/api/health/db', 503)
  await says('/api/health/nats', 200)
  await product.demo.stores.nats.stop()
  await says('/api/health/nats', 503)
  await says('/api/health', 503)
}, 120_000)
