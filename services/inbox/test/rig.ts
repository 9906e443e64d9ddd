/** A running inbox on real Postgres and NATS, with the services around it played by their own NATS users. */
import { type Bus, connectBus } from '@palomar/bus'
import {
  areas,
  type dispatcherEventsV1,
  durables,
  eventIdOf,
  type inboxEventsV1,
  inboxHistoryV1,
  inboxV1,
  type ingestEventsV1,
  type liveV1,
  newId,
  notificationsV1,
  rolePermissions,
  type Service as ServiceName,
  tenancyEventsV1,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import {
  createClient,
  type Definition,
  type RpcClient,
  signCaller,
  signingKeyFromSeed,
  staticCallerKeys,
} from '@palomar/rpc'
import {
  silentLogger,
  type TestBus,
  type TestBusOptions,
  type TestDatabase,
  testBus,
  testDatabase,
} from '@palomar/testkit'
import { inboxConfig } from '../src/config.ts'
import { type Overrides, type Service, start } from '../src/service.ts'
import type { Channel } from './world.ts'

const signingKey = await signingKeyFromSeed(Buffer.alloc(32, 5).toString('base64'))
type Client = RpcClient<typeof inboxV1.InboxServiceService>
type Notifications = RpcClient<typeof notificationsV1.NotificationsServiceService>
type History = RpcClient<typeof inboxHistoryV1.HistoryServiceService>

export interface Rig {
  database: TestDatabase
  nats: TestBus
  admin: Db
  env: Record<string, string>
  /** What inbox told the dispatcher, in the stream's order. */
  events: inboxEventsV1.Event[]
  frames: liveV1.Frame[]
  start(overrides?: Overrides): Promise<Service>
  ingest(...events: ingestEventsV1.Event[]): Promise<void>
  dispatch(...events: dispatcherEventsV1.Event[]): Promise<void>
  addNumber(channel: Channel): Promise<void>
  /** A caller of a company, with a role's permissions or with just these. */
  as(service: Service, channel: Channel, permissions?: readonly string[]): Promise<Client>
  asService(service: Service, name: ServiceName): Promise<Client>
  /** A person of a company, with a role's permissions or with just these. */
  notifications(
    service: Service,
    person: { tenantId: string; userId: string },
    permissions?: readonly string[],
  ): Promise<Notifications>
  history(service: Service, name: ServiceName): Promise<History>
  anonymous(service: Service): Client
  /** Another service's own bus, closed with the rig. */
  bus(name: ServiceName): Promise<Bus>
  close(): Promise<void>
}

export async function rig(options: TestBusOptions = {}): Promise<Rig> {
  const [database, nats] = await Promise.all([testDatabase('inbox'), testBus(options)])
  const admin = openDb({
    url: `${database.adminUrl}?search_path=inbox`,
    max: 2,
    service: 'inbox',
    logger: silentLogger,
  })
  const connect = (user: ServiceName) => connectBus({ ...nats.login(user), name: user, logger: silentLogger })
  const [ingest, dispatcher, tenancy, gateway] = await Promise.all([
    connect('ingest'),
    connect('dispatcher'),
    connect('tenancy'),
    connect('gateway'),
  ])
  const events: inboxEventsV1.Event[] = []
  const frames: liveV1.Frame[] = []
  await dispatcher.consume(areas.inbox, durables.dispatcherInbox, async (batch) => {
    events.push(...batch.map(({ event }) => event))
    return batch.map(() => 'ok' as const)
  })
  await gateway.live.follow({ onFrame: (frame) => void frames.push(frame), onEpoch: () => {} })
  const { user, pass } = nats.login('inbox')
  const env = {
    DATABASE_URL: database.urlFor('inbox'),
    NATS_URL: nats.url,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SERVICE_SECRET: 'test-secret-of-inbox',
    TENANCY_ADDRESS: '127.0.0.1:1',
    LOG_LEVEL: 'info',
  }
  const services = new Set<Service>()
  const clients = new Set<{ close(): void }>()
  const buses: Bus[] = [ingest, dispatcher, tenancy, gateway]

  const client = (service: Service, token?: string): Client =>
    clientOf(inboxV1.InboxServiceService, service, token)

  function clientOf<D extends Definition>(definition: D, service: Service, token?: string): RpcClient<D> {
    const made = createClient(definition, {
      address: `127.0.0.1:${service.ports.grpc}`,
      audience: 'inbox',
      deadlineMs: 10_000,
      ...(token !== undefined && { token: { get: () => token } }),
    })
    clients.add(made)
    return made
  }

  return {
    database,
    nats,
    admin,
    env,
    events,
    frames,
    async start(overrides = {}) {
      const service = await start(inboxConfig(env), {
        logger: silentLogger,
        callerKeys: staticCallerKeys({ keys: [signingKey.publicJwk] }),
        ...overrides,
      })
      services.add(service)
      return service
    },
    ingest: (...facts) => ingest.publisher(areas.ingest).publish(facts, { oldestWebhookAt: new Date() }),
    dispatch: (...facts) => dispatcher.publisher(areas.dispatch).publish(facts),
    addNumber: (channel) => tenancy.publisher(areas.tenancy).publish([numberChanged(channel)]),
    async as(service, channel, permissions = rolePermissions.agent) {
      const caller = {
        kind: 'tenant' as const,
        tenantId: channel.tenantId,
        actorId: newId('user'),
        role: 'agent',
        permissions: new Set(permissions),
      }
      return client(service, (await signCaller(signingKey, caller, { audience: 'inbox' })).token)
    },
    async asService(service, name) {
      return client(service, (await signCaller(signingKey, { kind: 'service', service: name }, {})).token)
    },
    async notifications(service, { tenantId, userId }, permissions = rolePermissions.agent) {
      const caller = {
        kind: 'tenant' as const,
        tenantId,
        actorId: userId,
        role: 'agent',
        permissions: new Set(permissions),
      }
      const { token } = await signCaller(signingKey, caller, { audience: 'inbox' })
      return clientOf(notificationsV1.NotificationsServiceService, service, token)
    },
    async history(service, name) {
      const { token } = await signCaller(signingKey, { kind: 'service', service: name }, {})
      return clientOf(inboxHistoryV1.HistoryServiceService, service, token)
    },
    async bus(name) {
      const bus = await connect(name)
      buses.push(bus)
      return bus
    },
    anonymous: (service) => client(service),
    async close() {
      for (const one of clients) one.close()
      for (const one of services) await one.stop()
      for (const bus of buses) await bus.close()
      await admin.close()
      await nats.stop()
      await database.drop()
    },
  }
}

function numberChanged(channel: Channel): tenancyEventsV1.Event {
  return {
    header: {
      id: eventIdOf('tenancy', 'number', channel.numberId, '1'),
      tenantId: channel.tenantId,
      time: new Date(),
      traceparent: '',
    },
    payload: {
      $case: 'numberChanged',
      value: tenancyEventsV1.NumberChanged.fromPartial({
        numberId: channel.numberId,
        version: 1n,
        phoneNumberId: '400000000000041',
        portfolioId: channel.portfolioId,
        state: 'active',
      }),
    },
  }
}
