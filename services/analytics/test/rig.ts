/** A running analytics on real Postgres and NATS, with the services around it played by their own NATS users. */
import { type Bus, connectBus } from '@palomar/bus'
import {
  analyticsV1,
  areas,
  type automationEventsV1,
  type inboxEventsV1,
  newId,
  rolePermissions,
  type Service as ServiceName,
  type tenancyEventsV1,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { createClient, type RpcClient, signCaller, signingKeyFromSeed, staticCallerKeys } from '@palomar/rpc'
import {
  silentLogger,
  type TestBus,
  type TestBusOptions,
  type TestDatabase,
  testBus,
  testDatabase,
} from '@palomar/testkit'
import { analyticsConfig } from '../src/config.ts'
import { type Overrides, type Service, start } from '../src/service.ts'
import type { Channel } from './world.ts'

const signingKey = await signingKeyFromSeed(Buffer.alloc(32, 5).toString('base64'))
export type Client = RpcClient<typeof analyticsV1.AnalyticsServiceService>

export interface Rig {
  database: TestDatabase
  nats: TestBus
  admin: Db
  env: Record<string, string>
  start(overrides?: Overrides): Promise<Service>
  inbox(...events: inboxEventsV1.Event[]): Promise<void>
  tenancy(...events: tenancyEventsV1.Event[]): Promise<void>
  automation(...events: automationEventsV1.Event[]): Promise<void>
  /** A caller of a company, with a supervisor's permissions or with just these. */
  as(service: Service, channel: Channel, permissions?: readonly string[], role?: string): Promise<Client>
  asService(service: Service, name: ServiceName): Promise<Client>
  anonymous(service: Service): Client
  close(): Promise<void>
}

export async function rig(options: TestBusOptions = {}): Promise<Rig> {
  const [database, nats] = await Promise.all([testDatabase('analytics'), testBus(options)])
  const admin = openDb({
    url: `${database.adminUrl}?search_path=analytics`,
    max: 2,
    service: 'analytics',
    logger: silentLogger,
  })
  const connect = (user: ServiceName) => connectBus({ ...nats.login(user), name: user, logger: silentLogger })
  const [inbox, tenancy, automation] = await Promise.all([
    connect('inbox'),
    connect('tenancy'),
    connect('automation'),
  ])
  const { user, pass } = nats.login('analytics')
  const env = {
    DATABASE_URL: database.urlFor('analytics'),
    NATS_URL: nats.url,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    SERVICE_SECRET: 'test-secret-of-analytics',
    TENANCY_ADDRESS: '127.0.0.1:1',
    INBOX_ADDRESS: '127.0.0.1:1',
    LOG_LEVEL: 'info',
  }
  const services = new Set<Service>()
  const clients = new Set<Client>()
  const buses: Bus[] = [inbox, tenancy, automation]

  function client(service: Service, token?: string): Client {
    const made = createClient(analyticsV1.AnalyticsServiceService, {
      address: `127.0.0.1:${service.ports.grpc}`,
      audience: 'analytics',
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
    async start(overrides = {}) {
      const service = await start(analyticsConfig(env), {
        logger: silentLogger,
        callerKeys: staticCallerKeys({ keys: [signingKey.publicJwk] }),
        ...overrides,
      })
      services.add(service)
      return service
    },
    inbox: (...facts) => inbox.publisher(areas.inbox).publish(facts),
    tenancy: (...facts) => tenancy.publisher(areas.tenancy).publish(facts),
    automation: (...facts) => automation.publisher(areas.automation).publish(facts),
    async as(service, channel, permissions = rolePermissions.supervisor, role = 'supervisor') {
      const caller = {
        kind: 'tenant' as const,
        tenantId: channel.tenantId,
        actorId: newId('user'),
        role,
        permissions: new Set(permissions),
      }
      return client(service, (await signCaller(signingKey, caller, { audience: 'analytics' })).token)
    },
    async asService(service, name) {
      return client(service, (await signCaller(signingKey, { kind: 'service', service: name }, {})).token)
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
