import { afterAll } from 'bun:test'
import {
  type DurableSpec,
  durables,
  eventIdOf,
  type eventsV1,
  type tenancyEventsV1,
} from '@palomar/contracts'
import { createLogger } from '@palomar/runtime'
import { type TestNats, testNats } from '@palomar/testkit'
import {
  type Bus,
  type BusOptions,
  connectBus,
  type NatsUser,
  natsConfig,
  operatorUser,
  type ProvisionOptions,
  provision,
  type Timing,
} from '../src/index.ts'
import { raw } from './raw.ts'

export type TenancyEvent = tenancyEventsV1.Event

/** Log lines of this file's tests, for those that look. */
export const logged: { level: string; msg: string; [field: string]: unknown }[] = []
export const logger = createLogger({
  service: 'test',
  write: (line) => void logged.push(JSON.parse(line)),
})

export interface Fixture {
  nats: TestNats
  /** Empties every stream, so that the tests of a file do not see each other's events. */
  empty(): Promise<void>
  /** A bus that is closed after the file. */
  connect(options?: Partial<BusOptions>): Promise<Bus>
  onEnd(fn: () => Promise<unknown>): void
}

/** A synced server with everything provisioned. With users, each is its own password. */
export async function provisionedNats(
  options: Partial<ProvisionOptions> & { users?: string[] } = {},
): Promise<Fixture> {
  const { users = [], ...provisioning } = options
  const logins: NatsUser[] = users.map((name) => ({ name, pass: name }))
  const nats = await testNats((place) => natsConfig({ ...place, users: logins }))
  const login = users.length > 0 ? { user: operatorUser, pass: operatorUser } : {}
  const closers: (() => Promise<unknown>)[] = []
  await provision({
    servers: nats.url,
    logger,
    ...login,
    ...provisioning,
  })
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
    await nats.stop()
  })
  return {
    nats,
    async empty() {
      const { nc, jsm } = await raw(nats.url, login)
      for await (const { config } of jsm.streams.list()) await jsm.streams.purge(config.name)
      await nc.close()
    },
    async connect(options) {
      const bus = await connectBus({ servers: nats.url, name: 'test', logger, ...options })
      closers.push(() => bus.close())
      return bus
    },
    onEnd: (fn) => void closers.push(fn),
  }
}

/** The contracts' durables with an ack wait that a test can wait for. */
export const shortAckWait = (ackWaitMs: number): DurableSpec[] =>
  Object.values(durables).map((durable) => ({ ...durable, ackWaitMs }))

/** Milliseconds where the contracts say minutes. */
export const quick: Partial<Timing> = {
  retryDelaysMs: [20, 40, 60, 80],
  backoffMinMs: 20,
  backoffMaxMs: 60,
}

/** A small event whose name tells the tests apart; the same name is the same fact. */
export function event(name: string, header: Partial<eventsV1.EventHeader> = {}): TenancyEvent {
  return {
    header: {
      id: eventIdOf('test', name),
      tenantId: '',
      time: new Date(1_700_000_000_000),
      traceparent: '',
      ...header,
    },
    payload: {
      $case: 'tenantChanged',
      value: { tenantId: '', version: 1n, state: 'active', name, language: 'es' },
    },
  }
}

export function nameOf({ payload }: TenancyEvent): string {
  return payload?.$case === 'tenantChanged' ? payload.value.name : ''
}
