import { createHash } from 'node:crypto'
import { type Clock, type Logger, systemClock } from '@palomar/runtime'
import { createClient } from 'redis'
import { type Rate, script, type Taken } from './gcra.ts'
import { createLocalLimiter } from './local.ts'

export interface LimiterOptions {
  /** Absent: limits are kept in this process, each at its share. */
  redisUrl?: string | undefined
  /** How many processes share the limits; only counts while Redis is away. */
  replicas: number
  logger: Logger
  /** How long one question to Redis may take before this process decides itself. */
  timeoutMs?: number
  clock?: Clock
}

export interface Limiter {
  /** Never rejects: a limiter that is in trouble must not become the outage. */
  take(key: string, rate: Rate, cost?: number): Promise<Taken>
  /** Whether limits hold across replicas right now. */
  readonly shared: boolean
  /** Asks Redis now, for health; false without one. */
  ping(): Promise<boolean>
  close(): Promise<void>
}

/** After a question that failed, Redis is left alone for this long instead of delaying every request. */
const restMs = 500
const sha = createHash('sha1').update(script).digest('hex')

/**
 * Rate limits by GCRA in Redis. Redis holds only what may be lost: emptied, every key starts with its full burst;
 * away, each process keeps the limit ÷ replicas until it is back.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { logger, timeoutMs = 100, clock = systemClock } = options
  const local = createLocalLimiter(Math.max(1, options.replicas), () => clock.monotonic())
  const client = options.redisUrl === undefined ? undefined : connect(options.redisUrl)
  let away = client !== undefined
  let restUntil = 0
  let closed = false

  client?.on('ready', () => {
    restUntil = 0
  })
  // Also fires for every failed reconnect; the state is logged where it changes, once.
  client?.on('error', (error: unknown) => becomeAway(error))
  client?.connect().catch((error: unknown) => becomeAway(error))

  function becomeAway(error: unknown): void {
    restUntil = clock.monotonic() + restMs
    if (away || closed) return
    away = true
    logger.warn('Redis is away; limits are kept in this process', { error })
  }

  function becomeShared(): void {
    if (!away) return
    away = false
    // What was counted here says nothing about the others' share.
    local.clear()
    logger.info('Redis answers; limits are shared')
  }

  async function ask(key: string, rate: Rate, cost: number): Promise<Taken> {
    const args = [`rl:${key}`, String(rate.ratePerSecond), String(rate.burst), String(cost), '']
    const reply = await within(timeoutMs, evaluate(client as Client, args))
    const [ok = 0, retryAfterMs = 0, remaining = 0] = reply
    return { ok: ok === 1, retryAfterMs, remaining }
  }

  return {
    async take(key, rate, cost = 1) {
      if (!client?.isReady || clock.monotonic() < restUntil) return local.take(key, rate, cost)
      try {
        const taken = await ask(key, rate, cost)
        becomeShared()
        return taken
      } catch (error) {
        becomeAway(error)
        return local.take(key, rate, cost)
      }
    },
    get shared() {
      return client?.isReady === true && !away
    },
    async ping() {
      if (!client?.isReady) return false
      return within(timeoutMs, client.ping()).then(
        () => true,
        () => false,
      )
    },
    async close() {
      closed = true
      client?.destroy()
    },
  }
}

type Client = ReturnType<typeof connect>

function connect(url: string) {
  return createClient({
    url,
    // A command without a connection fails at once: this process then decides itself.
    disableOfflineQueue: true,
    socket: { connectTimeout: 1_000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1_000) },
  })
}

/** The script by its hash; by its text when Redis does not know it (restarted, flushed). */
export async function evaluate(client: Client, [key = '', ...args]: string[]): Promise<number[]> {
  try {
    return numbersIn(await client.sendCommand(['EVALSHA', sha, '1', key, ...args]))
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return numbersIn(await client.sendCommand(['EVAL', script, '1', key, ...args]))
  }
}

function numbersIn(reply: unknown): number[] {
  if (Array.isArray(reply) && reply.every((each) => typeof each === 'number')) return reply
  throw new Error('the script answered no list of numbers')
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
    answer.catch(() => {}) // a late failure was decided on already
  }
}
