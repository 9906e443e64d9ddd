import { afterAll, expect, test } from 'bun:test'
import { createServer, type Server, type Socket, connect as tcp } from 'node:net'
import { createLogger } from '@palomar/runtime'
import { eventually, stack } from '@palomar/testkit'
import fc from 'fast-check'
import { createClient } from 'redis'
import { createLimiter } from '../src/index.ts'
import { evaluate } from '../src/limiter.ts'

const redisUrl = await stack().redisUrl()
const logger = createLogger({ service: 'test', write: () => {} })
const client = createClient({ url: redisUrl, disableOfflineQueue: true })
await client.connect()
const closers: (() => unknown)[] = [() => client.destroy()]
afterAll(async () => {
  for (const close of closers) await close()
})
const someKey = () => `test:${crypto.randomUUID()}`

/**
 * A token bucket in whole numbers: another algorithm than the one under test. A bucket holds thousandths of tokens,
 * and one millisecond adds `rate` of them.
 */
function bucket(rate: number, burst: number) {
  let thousandths = burst * 1000
  let at = 0
  return (nowMs: number, cost: number) => {
    thousandths = Math.min(burst * 1000, thousandths + (nowMs - at) * rate)
    at = nowMs
    const ok = thousandths >= cost * 1000
    if (ok) thousandths -= cost * 1000
    return { ok, remaining: Math.floor(thousandths / 1000) }
  }
}

test('X5: the limiter in Redis decides as a token bucket does, call for call', async () => {
  // Spacings that a double holds exactly, so that the two must agree even at the edge.
  const rate = fc.constantFrom(1, 2, 5, 8, 10, 20, 40, 80, 100, 250, 500, 1000)
  const calls = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 6 })), {
    minLength: 1,
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(rate, fc.integer({ min: 1, max: 20 }), calls, async (rate, burst, calls) => {
      const key = someKey()
      const expected = bucket(rate, burst)
      let now = 60_000_000_000
      expected(now, 0)
      for (const [wait, cost] of calls) {
        now += wait
        const [ok, retryAfterMs, remaining] = await evaluate(client, [
          key,
          `${rate}`,
          `${burst}`,
          `${cost}`,
          `${now}`,
        ])
        expect({ ok: ok === 1, remaining }).toEqual(expected(now, cost))
        expect(retryAfterMs === 0).toBe(ok === 1 || (cost > burst && remaining === burst))
      }
    }),
    { numRuns: 60 },
  )
})

test('X5: replicas share one limit', async () => {
  const limiters = [1, 2, 3].map(() => createLimiter({ redisUrl, replicas: 3, logger, timeoutMs: 5_000 }))
  closers.push(...limiters.map((limiter) => limiter.close))
  const key = someKey()
  await eventually(async () => {
    for (const limiter of limiters) await limiter.take(someKey(), { ratePerSecond: 1, burst: 1 })
    expect(limiters.every((limiter) => limiter.shared)).toBe(true)
  })
  const rate = { ratePerSecond: 0.01, burst: 10 }
  const taken = await Promise.all(Array.from({ length: 60 }, (_, i) => limiters[i % 3]?.take(key, rate)))
  expect(taken.filter((one) => one?.ok)).toHaveLength(10)
})

test('R5: emptied, Redis costs nobody a request: the script is known again at once', async () => {
  const limiter = createLimiter({ redisUrl, replicas: 1, logger, timeoutMs: 5_000 })
  closers.push(limiter.close)
  await eventually(async () => {
    await limiter.take(someKey(), { ratePerSecond: 1, burst: 1 })
    expect(limiter.shared).toBe(true)
  })
  await client.sendCommand(['SCRIPT', 'FLUSH'])
  const rate = { ratePerSecond: 0.01, burst: 1 }
  const key = someKey()
  expect([(await limiter.take(key, rate)).ok, (await limiter.take(key, rate)).ok, limiter.shared]).toEqual([
    true,
    false,
    true,
  ])
})

/** A wire to Redis that can be cut or go silent. */
async function wire() {
  const { hostname, port } = new URL(redisUrl)
  const open = new Set<Socket>()
  let silent = false
  let listening: Server | undefined
  let own = 0
  const start = async () => {
    listening = createServer((near) => {
      const far = tcp(Number(port), hostname)
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(from)
        from.on('data', (bytes) => silent || to.write(bytes))
        from.on('error', () => {})
        from.on('close', () => {
          open.delete(from)
          to.destroy()
        })
      }
    })
    await new Promise<void>((resolve) => listening?.listen(own, '127.0.0.1', resolve))
    own = (listening.address() as { port: number }).port
  }
  const cut = async () => {
    const closed = new Promise((resolve) => listening?.close(resolve))
    for (const socket of open) socket.destroy()
    await closed
  }
  await start()
  closers.push(cut)
  return { url: `redis://127.0.0.1:${own}`, cut, mend: start, hush: (on: boolean) => (silent = on) }
}

async function untilShared(limiter: { take: typeof taker.take; readonly shared: boolean }) {
  await eventually(async () => {
    await limiter.take(someKey(), { ratePerSecond: 1, burst: 1 })
    expect(limiter.shared).toBe(true)
  })
}
const taker = createLimiter({ replicas: 1, logger })

test('CONTRACTS 37: with Redis away each process keeps limit ÷ replicas, and shares again when it is back', async () => {
  const line = await wire()
  const said: string[] = []
  const limiter = createLimiter({
    redisUrl: line.url,
    replicas: 5,
    logger: createLogger({ service: 'test', write: (text) => said.push(JSON.parse(text).msg) }),
    timeoutMs: 5_000,
  })
  closers.push(limiter.close)
  await untilShared(limiter)
  await line.cut()
  await eventually(async () => {
    await limiter.take(someKey(), { ratePerSecond: 1, burst: 1 })
    expect(limiter.shared).toBe(false)
  })
  const rate = { ratePerSecond: 0.01, burst: 10 }
  const key = someKey()
  const away = await Promise.all(Array.from({ length: 30 }, () => limiter.take(key, rate)))
  expect(away.filter((taken) => taken.ok)).toHaveLength(2)
  await line.mend()
  await untilShared(limiter)
  const back = await Promise.all(Array.from({ length: 30 }, () => limiter.take(key, rate)))
  expect(back.filter((taken) => taken.ok)).toHaveLength(10)
  expect(said.filter((msg) => msg.includes('away'))).toHaveLength(1)
})

test('a Redis that accepts and never answers does not hold requests up: they are decided here', async () => {
  const line = await wire()
  const limiter = createLimiter({ redisUrl: line.url, replicas: 2, logger, timeoutMs: 50 })
  closers.push(limiter.close)
  await untilShared(limiter)
  line.hush(true)
  const rate = { ratePerSecond: 0.01, burst: 4 }
  const key = someKey()
  const taken = await Promise.all(Array.from({ length: 10 }, () => limiter.take(key, rate)))
  expect(taken.filter((one) => one.ok)).toHaveLength(2)
  expect(limiter.shared).toBe(false)
})

test('without a Redis at all limits hold in this process', async () => {
  const rate = { ratePerSecond: 0.01, burst: 2 }
  const key = someKey()
  const taken = [await taker.take(key, rate), await taker.take(key, rate), await taker.take(key, rate)]
  expect(taken.map((one) => one.ok)).toEqual([true, true, false])
  expect(taker.shared).toBe(false)
})
