/**
 * How Palomar is, for load balancers' and people's eyes (O1). The gateway has no database and calls nobody at Meta, so it
 * asks those who do by gRPC health. What was found holds for a second, however many ask; nothing that works waits for it.
 */
import type { Service } from '@palomar/contracts'
import { createHealthClient, type HealthClient } from '@palomar/rpc'
import type { Clock } from '@palomar/runtime'

/** `off`: not set up, and nothing is missing. */
export type PartState = 'ok' | 'away' | 'off'
export type Part = 'db' | 'whatsapp' | 'redis' | 'nats'
export type Backend = Exclude<Service, 'gateway'>

export interface Health {
  part(part: Part): Promise<PartState>
  /** `degraded`: something is away that messages do not need right now. */
  whole(): Promise<{
    status: 'ok' | 'degraded' | 'away'
    parts: Record<Part, PartState>
    services: Record<string, 'ok' | 'away'>
  }>
  close(): void
}

export interface HealthOptions {
  addresses: Record<Backend, string>
  redis(): Promise<PartState>
  nats(): boolean
  whatsappEnabled: boolean
  clock: Pick<Clock, 'monotonic'>
}

const holdsMs = 1_000
/** The services give their parts 1.5 s. */
const deadlineMs = 2_000
/** Without these a message neither comes in nor goes out. */
const vital: readonly Backend[] = ['tenancy', 'ingest', 'inbox', 'dispatcher']

export function createHealth(options: HealthOptions): Health {
  const backends = Object.keys(options.addresses) as Backend[]
  const clients = new Map<Backend, HealthClient>(
    backends.map((name) => [name, createHealthClient(options.addresses[name])]),
  )
  const heldFor = new Map<string, { at: number; answer: Promise<unknown> }>()

  function held<T>(key: string, find: () => Promise<T>): Promise<T> {
    const now = options.clock.monotonic()
    const known = heldFor.get(key)
    if (known && now - known.at < holdsMs) return known.answer as Promise<T>
    const answer = find()
    heldFor.set(key, { at: now, answer })
    return answer
  }

  const ask = async (service: Backend, name: string) =>
    (await clients.get(service)?.check(name, deadlineMs)) ?? 'unknown'

  /** Whoever has a database and answers speaks for it; all must say it is there. */
  async function database(): Promise<PartState> {
    const answers = await Promise.all(backends.map((service) => ask(service, 'postgres')))
    const heard = answers.filter((answer) => answer !== 'unknown')
    return heard.length > 0 && heard.every((answer) => answer === 'serving') ? 'ok' : 'away'
  }

  const find: Record<Part, () => Promise<PartState>> = {
    db: database,
    whatsapp: async () => {
      if (!options.whatsappEnabled) return 'off'
      return (await ask('dispatcher', 'graph')) === 'serving' ? 'ok' : 'away'
    },
    redis: options.redis,
    nats: async () => (options.nats() ? 'ok' : 'away'),
  }
  const part = (name: Part) => held(name, find[name])

  return {
    part,
    whole: () =>
      held('whole', async () => {
        const [db, whatsapp, redis, nats, ...answers] = await Promise.all([
          part('db'),
          part('whatsapp'),
          part('redis'),
          part('nats'),
          ...backends.map((service) => ask(service, '')),
        ])
        const services = Object.fromEntries(
          backends.map((name, i) => [name, answers[i] === 'serving' ? 'ok' : 'away'] as const),
        )
        const parts = { db, whatsapp, redis, nats }
        const isAway = db === 'away' || nats === 'away' || vital.some((name) => services[name] === 'away')
        const isWhole = !Object.values({ ...parts, ...services }).includes('away')
        return { status: isAway ? 'away' : isWhole ? 'ok' : 'degraded', parts, services }
      }),
    close() {
      for (const client of clients.values()) client.close()
    },
  }
}
