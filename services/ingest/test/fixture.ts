/** A running ingest on real Postgres and NATS, with tenancy played by two maps. */
import { type Bus, connectBus } from '@palomar/bus'
import {
  areas,
  buckets,
  type bytesV1,
  durables,
  eventIdOf,
  type Id,
  idFromUuid,
  type ingestEventsV1,
  newId,
  tenancyEventsV1,
  type webhooksV1,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { appError } from '@palomar/errors'
import { signingKeyFromSeed, staticCallerKeys } from '@palomar/rpc'
import { generateKey, type Key } from '@palomar/seal'
import {
  eventually,
  silentLogger,
  type TestBus,
  type TestBusOptions,
  type TestDatabase,
  testBus,
  testDatabase,
} from '@palomar/testkit'
import { type Config, ingestConfig } from '../src/config.ts'
import { type Route, type RouteKey, textOfKey } from '../src/domain/route.ts'
import { type Overrides, type Service, start } from '../src/service.ts'
import type { Tenancy } from '../src/tenancy.ts'

export const signingKey = await signingKeyFromSeed(Buffer.alloc(32, 7).toString('base64'))
export const platformKey = generateKey()

/** Tenancy as a test holds it. */
export class FakeTenancy implements Tenancy {
  readonly routes = new Map<string, Route>()
  readonly keys = new Map<string, Key>()
  /** How often each key was asked for. */
  readonly asked = new Map<string, number>()
  away = false
  /** Questions refused while away. */
  refusals = 0
  /** Runs between looking a key up and answering. */
  beforeAnswer: (text: string) => void = () => {}

  askRoute = async (key: RouteKey): Promise<Route | undefined> => {
    if (this.away) {
      this.refusals++
      throw appError('unavailable', { internal: 'tenancy is away' })
    }
    const text = textOfKey(key)
    this.asked.set(text, (this.asked.get(text) ?? 0) + 1)
    const route = this.routes.get(text)
    this.beforeAnswer(text)
    return route
  }

  askDataKeys = async (tenantIds: string[]): Promise<ReadonlyMap<string, Key>> => {
    if (this.away) throw appError('unavailable', { internal: 'tenancy is away' })
    return new Map(tenantIds.flatMap((id) => (this.keys.has(id) ? [[id, this.keys.get(id) as Key]] : [])))
  }

  /** What was told of numbers' standing, twice where it was. */
  readonly standings: { tenantId: string; qualityRating: string; messagingTier: string; at: Date }[] = []
  tellStanding: Tenancy['tellStanding'] = async (tenantId, { qualityRating, messagingTier }, at) => {
    if (this.away) throw appError('unavailable', { internal: 'tenancy is away' })
    this.standings.push({ tenantId, qualityRating, messagingTier, at })
  }

  close() {}

  /** A company with one number and its account. */
  add(number: NumberOfOurs): void {
    const { tenantId, phoneNumberId, wabaId, appId } = number
    if (!this.keys.has(tenantId)) this.keys.set(tenantId, generateKey())
    const route = {
      tenantId,
      numberId: number.numberId,
      phoneNumberId,
      wabaId,
      portfolioId: number.portfolioId,
      appIds: new Set<string>([appId]),
    }
    this.routes.set(textOfKey({ phoneNumberId, wabaId }), route)
    this.routes.set(textOfKey({ phoneNumberId: '', wabaId }), { ...route, numberId: '', phoneNumberId: '' })
  }
}

export interface NumberOfOurs {
  tenantId: Id<'tenant'>
  numberId: Id<'number'>
  portfolioId: Id<'portfolio'>
  appId: Id<'app'>
  phoneNumberId: string
  wabaId: string
}

let nextMetaId = 400_000_000_000_000 + Math.floor(Math.random() * 1e9)

/** A number nobody else has; known to tenancy once added. */
export function newNumber(of: Partial<NumberOfOurs> = {}): NumberOfOurs {
  return {
    tenantId: newId('tenant'),
    numberId: newId('number'),
    portfolioId: newId('portfolio'),
    appId: newId('app'),
    phoneNumberId: String(nextMetaId++),
    wabaId: String(nextMetaId++),
    ...of,
  }
}

export function numberChanged(number: NumberOfOurs, version = 1n): tenancyEventsV1.Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'number', number.numberId, String(version)),
      tenantId: number.tenantId,
      time: new Date(),
      traceparent: '',
    },
    payload: {
      $case: 'numberChanged',
      value: tenancyEventsV1.NumberChanged.fromPartial({
        numberId: number.numberId,
        version,
        phoneNumberId: number.phoneNumberId,
        wabaId: number.wabaId,
        portfolioId: number.portfolioId,
        state: 'active',
        appIds: [number.appId],
      }),
    },
  }
}

function tenantDeleted(tenantId: Id<'tenant'>): tenancyEventsV1.Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'tenant', tenantId, '9'),
      tenantId,
      time: new Date(),
      traceparent: '',
    },
    payload: {
      $case: 'tenantChanged',
      value: { tenantId, version: 9n, state: 'deleted', name: '', language: 'es' },
    },
  }
}

export interface Rig {
  database: TestDatabase
  nats: TestBus
  tenancy: FakeTenancy
  /** Behind the scenes: a superuser, to see every tenant's rows. */
  admin: Db
  env: Record<string, string>
  /** Every event INGEST has stored, in its order. */
  events: ingestEventsV1.Event[]
  /** What their batches said of their oldest webhook. */
  oldestWebhookAts: Date[]
  /** Meta's bytes that were passed on, in their order. */
  bytes: bytesV1.ChangeReceived[]
  /** Automation names a company whose bytes somebody wants. */
  subscribe(tenantId: string): Promise<unknown>
  start(overrides?: Overrides): Promise<Service>
  /** As the gateway stores webhooks. */
  deliver(appId: string, ...bodies: (object | Uint8Array | string)[]): Promise<void>
  tell(...events: tenancyEventsV1.Event[]): Promise<void>
  /** The event of a company's end, heard by now. */
  forgetKeys(number: NumberOfOurs): Promise<void>
  /** Resolves once neither webhook durable has anything left to do. */
  settled(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

export async function rig(options: TestBusOptions = {}): Promise<Rig> {
  const [database, nats] = await Promise.all([testDatabase('ingest'), testBus(options)])
  const admin = openDb({ url: database.adminUrl, max: 2, service: 'ingest', logger: silentLogger })
  const connect = (user: 'gateway' | 'tenancy' | 'inbox' | 'dispatcher' | 'automation') =>
    connectBus({ ...nats.login(user), name: user, logger: silentLogger })
  const [automation, gateway, tenancyBus, inbox, dispatcher] = await Promise.all([
    connect('automation'),
    connect('gateway'),
    connect('tenancy'),
    connect('inbox'),
    connect('dispatcher'),
  ])
  const events: ingestEventsV1.Event[] = []
  const oldestWebhookAts: Date[] = []
  await inbox.consume(areas.ingest, durables.inboxIngest, async (batch) => {
    events.push(...batch.map(({ event }) => event))
    oldestWebhookAts.push(...batch.flatMap(({ meta }) => meta.oldestWebhookAt ?? []))
    return batch.map(() => 'ok' as const)
  })
  const tenancy = new FakeTenancy()
  const { user, pass } = nats.login('ingest')
  const env = {
    DATABASE_URL: database.urlFor('ingest'),
    NATS_URL: nats.url,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SERVICE_SECRET: 'test-secret-of-ingest',
    TENANCY_ADDRESS: '127.0.0.1:1',
    ARCHIVE_KEYS: `test:${Buffer.from(platformKey).toString('base64')}`,
    LOG_LEVEL: 'error',
  }
  const services = new Set<Service>()
  const bytes: bytesV1.ChangeReceived[] = []
  await automation.consume(areas.bytes, durables.automationBytes, async (batch) => {
    for (const { event } of batch) if (event.payload) bytes.push(event.payload.value)
    return batch.map(() => 'ok' as const)
  })
  const buses: Bus[] = [automation, gateway, tenancyBus, inbox, dispatcher]
  return {
    database,
    nats,
    tenancy,
    admin,
    env,
    events,
    oldestWebhookAts,
    bytes,
    subscribe: (tenantId) => automation.kv(buckets.byteSubscribers.name).put(tenantId, Buffer.from('1')),
    async start(overrides = {}) {
      const config: Config = ingestConfig(env)
      const service = await start(config, {
        tenancy,
        logger: silentLogger,
        callerKeys: staticCallerKeys({ keys: [signingKey.publicJwk] }),
        ...overrides,
      })
      services.add(service)
      return service
    },
    deliver: (appId, ...bodies) =>
      gateway.publisher(areas.webhooks).publish(bodies.map((body) => webhookBody(appId, body))),
    tell: (...facts) => tenancyBus.publisher(areas.tenancy).publish(facts),
    async forgetKeys({ tenantId }) {
      await tenancyBus.publisher(areas.tenancy).publish([tenantDeleted(tenantId)])
      await settled(nats)
    },
    settled: (timeoutMs) => settled(nats, timeoutMs),
    async close() {
      for (const service of services) await service.stop()
      for (const bus of buses) await bus.close()
      await admin.close()
      await nats.stop()
      await database.drop()
    },
  }
}

function webhookBody(appId: string, body: object | Uint8Array | string): webhooksV1.WebhookBody {
  const bytes =
    body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const receivedAt = new Date()
  return {
    header: { id: newId('event'), tenantId: '', time: receivedAt, traceparent: '' },
    appId,
    receivedAt,
    body: Buffer.from(bytes),
    requestId: newId('request'),
  }
}

/** Both durables have answered for all of WEBHOOKS: retention by interest then leaves nothing in it. */
async function settled(nats: TestBus, timeoutMs = 10_000): Promise<void> {
  const { connect } = await import('nats')
  const nc = await connect({ ...nats.login('operator') })
  try {
    const jsm = await nc.jetstreamManager()
    await eventually(
      async () => {
        for (const stream of ['WEBHOOKS', 'TENANCY']) {
          const { ingestWebhooks, ingestArchive, ingestTenancy } = durables
          for (const durable of [ingestWebhooks, ingestArchive, ingestTenancy]) {
            if (durable.stream !== stream) continue
            const info = await jsm.consumers.info(stream, durable.name)
            if (info.num_pending + info.num_ack_pending > 0) throw new Error(`${durable.name} is not done`)
          }
        }
      },
      { timeoutMs },
    )
  } finally {
    await nc.close()
  }
}

export interface TextMessage {
  wamid: string
  body?: string
  from?: string
}

/** A change with messages, as Meta writes it. */
export function messagesChange(number: NumberOfOurs, ...messages: TextMessage[]) {
  return {
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550100100', phone_number_id: number.phoneNumberId },
      contacts: messages.map(({ from = '5491122000011' }) => ({ profile: { name: 'Ana' }, wa_id: from })),
      messages: messages.map(({ wamid, body = 'hola', from = '5491122000011' }) => ({
        from,
        id: wamid,
        timestamp: '1795000000',
        type: 'text',
        text: { body },
      })),
    },
  }
}

export function statusChange(number: NumberOfOurs, ...statuses: Record<string, unknown>[]) {
  const metadata = { display_phone_number: '15550100100', phone_number_id: number.phoneNumberId }
  return { field: 'messages', value: { messaging_product: 'whatsapp', metadata, statuses } }
}

export function webhook(...entries: { id: string; time?: number; changes: unknown[] }[]) {
  return { object: 'whatsapp_business_account', entry: entries }
}

/** One body with one entry. */
export const bodyOf = (number: NumberOfOurs, ...changes: unknown[]) => webhook({ id: number.wabaId, changes })

export const idsOf = (events: readonly ingestEventsV1.Event[]) => events.map(({ header }) => header?.id ?? '')

export const wamidsOf = (events: readonly ingestEventsV1.Event[]) =>
  events.flatMap(({ payload }) =>
    payload?.$case === 'messageReceived' || payload?.$case === 'statusReceived' ? payload.value.wamid : [],
  )

export const changeId = (uuid: string) => idFromUuid('change', uuid)
