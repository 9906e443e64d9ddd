/** A running tenancy on real Postgres and NATS, and clients of it for any caller. */
import { randomBytes } from 'node:crypto'
import { type Bus, connectBus } from '@palomar/bus'
import {
  areas,
  authV1,
  durables,
  type IdKind,
  newId,
  numbersV1,
  type Permission,
  type Role,
  rolePermissions,
  type Service as ServiceName,
  type tenancyEventsV1,
  tenancyV1,
} from '@palomar/contracts'
import { type Db, openDb } from '@palomar/db'
import { AppError } from '@palomar/errors'
import { createClient, type KnownCaller, type SigningKey, signCaller, signingKeyFromSeed } from '@palomar/rpc'
import { silentLogger, type TestBus, type TestDatabase, testBus, testDatabase } from '@palomar/testkit'
import { type Config, tenancyConfig } from '../src/config.ts'
import { platformTenantId } from '../src/domain/platform.ts'
import { type Service, start } from '../src/service.ts'

export const adminEmail = 'admin@palomar.test'
export const adminPassword = 'first-platform-admin'

const key = () => randomBytes(32).toString('base64')
let counter = 0
/** Distinct over one run: for slugs, e-mail addresses, Meta's ids. */
export const unique = () => String(++counter)

export type Clients = ReturnType<typeof clientsAt>

/** Clients of the tenancy at this port whose calls carry this caller's token. */
export function clientsAt(port: number, signing: SigningKey, caller: KnownCaller) {
  const audience = caller.kind === 'service' ? {} : { audience: 'tenancy' }
  const options = {
    address: `127.0.0.1:${port}`,
    audience: 'tenancy',
    token: { get: async () => (await signCaller(signing, caller, audience)).token },
    deadlineMs: 10_000,
    logger: silentLogger,
  }
  const auth = createClient(authV1.AuthServiceService, options)
  const tenancy = createClient(tenancyV1.TenancyServiceService, options)
  const numbers = createClient(numbersV1.NumbersServiceService, options)
  return {
    auth,
    tenancy,
    numbers,
    close() {
      for (const client of [auth, tenancy, numbers]) client.close()
    },
  }
}

export interface Company {
  id: string
  admin: Clients
  adminId: string
  email: string
  password: string
}

export interface Fixture {
  config: Config
  env: Record<string, string>
  service: Service
  database: TestDatabase
  nats: TestBus
  /** As the service's own role. */
  db: Db
  /** As a superuser, who sees everything. */
  admin: Db
  signing: SigningKey
  as(caller: KnownCaller): Clients
  asService(service: ServiceName): Clients
  asUser(tenantId: string, role: Role, options?: { actorId?: string; permissions?: Permission[] }): Clients
  platform: Clients
  company(name?: string): Promise<Company>
  /** The default app, made once. */
  defaultApp(): Promise<numbersV1.App>
  number(company: Company, change?: Partial<numbersV1.CreateNumberRequest>): Promise<numbersV1.Number>
  /** What the TENANCY stream carries from now on, as the durable of ingest receives it. */
  events(): Promise<{ all: tenancyEventsV1.Event[]; stop(): Promise<void> }>
  busAs(service: ServiceName): Promise<Bus>
  stop(): Promise<void>
}

export async function startTenancy(overrides: Record<string, string> = {}): Promise<Fixture> {
  const [database, nats] = await Promise.all([testDatabase('tenancy'), testBus()])
  const login = nats.login('tenancy')
  const seed = key()
  const env = {
    DATABASE_URL: database.urlFor('tenancy'),
    NATS_URL: login.servers,
    NATS_USER: login.user,
    NATS_PASSWORD: login.pass,
    MASTER_KEYS: `m1:${key()}`,
    APP_SECRETS_KEY: `a1:${key()}`,
    SIGNING_KEY_SEED: seed,
    SERVICE_SECRETS: JSON.stringify({
      inbox: 'the secret of the inbox',
      gateway: 'the secret of the gateway',
    }),
    SEED_ADMIN_EMAIL: adminEmail,
    SEED_ADMIN_PASSWORD: adminPassword,
    LOG_LEVEL: 'error',
    ...overrides,
  }
  const config = tenancyConfig(env)
  const service = await start(config, { logger: silentLogger })
  const signing = await signingKeyFromSeed(seed)
  const open = (url: string) => openDb({ url, max: 3, service: 'tenancy', logger: silentLogger })
  const db = open(database.urlFor('tenancy'))
  const admin = open(database.adminUrl)
  const closers: (() => void)[] = []
  const buses: Bus[] = []

  const as = (caller: KnownCaller): Clients => {
    const clients = clientsAt(service.ports.grpc, signing, caller)
    closers.push(clients.close)
    return clients
  }
  const asUser: Fixture['asUser'] = (tenantId, role, options = {}) =>
    as({
      kind: 'tenant',
      tenantId,
      actorId: options.actorId ?? newId('user'),
      role,
      permissions: new Set(options.permissions ?? rolePermissions[role]),
    })
  const platform = asUser(platformTenantId, 'platform_admin')

  const busAs: Fixture['busAs'] = async (name) => {
    const bus = await connectBus({ ...nats.login(name), name: `test-${name}`, logger: silentLogger })
    buses.push(bus)
    return bus
  }

  async function company(name = `Company ${unique()}`): Promise<Company> {
    const email = `admin${unique()}@company.test`
    const password = 'a password of the company'
    const { id } = await platform.tenancy.createTenant({
      name,
      language: 'es',
      timeZone: 'America/Bogota',
      country: 'CO',
      adminEmail: email,
      adminName: 'Ana Admin',
      adminPassword: password,
    })
    const { users } = await asUser(id, 'tenant_admin').tenancy.listUsers({ tenantId: '', page: undefined })
    const adminId = users[0]?.id ?? ''
    return { id, adminId, email, password, admin: asUser(id, 'tenant_admin', { actorId: adminId }) }
  }

  let app: Promise<numbersV1.App> | undefined
  const defaultApp = () => {
    app ??= platform.numbers.createApp({
      name: 'Default',
      slug: 'default',
      metaAppId: '700000000000001',
      appSecret: 'the-default-app-secret-in-clear',
      verifyToken: 'the-default-verify-token-in-clear',
    })
    return app
  }

  async function number(of: Company, change: Partial<numbersV1.CreateNumberRequest> = {}) {
    await defaultApp()
    const n = unique()
    return of.admin.numbers.createNumber({
      tenantId: '',
      name: `Number ${n}`,
      phoneNumberId: `1065403522${n}`,
      displayPhoneNumber: `+57 300 ${n.padStart(7, '1')}`,
      wabaId: '',
      metaWabaId: `2022901293${n}`,
      metaBusinessId: '',
      accessToken: `EAAG-token-in-clear-${n}`,
      appIds: [],
      throughputPerSecond: 0,
      dailyQuota: 0n,
      graphVersion: '',
      ...change,
    })
  }

  async function events() {
    const all: tenancyEventsV1.Event[] = []
    const bus = await busAs('ingest')
    const consumer = await bus.consume(areas.tenancy, durables.ingestTenancy, async (delivered) => {
      all.push(...delivered.map(({ event }) => event))
      return delivered.map(() => 'ok' as const)
    })
    return { all, stop: () => consumer.stop() }
  }

  return {
    config,
    env,
    service,
    database,
    nats,
    db,
    admin,
    signing,
    as,
    asService: (name) => as({ kind: 'service', service: name }),
    asUser,
    platform,
    company,
    defaultApp,
    number,
    events,
    busAs,
    async stop() {
      for (const close of closers) close()
      await service.stop()
      await Promise.all(buses.map((bus) => bus.close()))
      await Promise.all([db.close(), admin.close()])
      await Promise.all([database.drop(), nats.stop()])
    },
  }
}

/**
 * What a caller sees of a refusal: two that look alike here cannot be told apart outside. (`expect(…).rejects` holds up
 * Bun's event loop, and with it the server in this process.)
 */
export async function refusalOf(call: Promise<unknown>) {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(outcome instanceof AppError)) throw new Error('not refused', { cause: outcome })
  const { code, detail, fields, until } = outcome
  return { code, detail, fields, until }
}

/** Well-formed, and nobody's. */
export const missingId = (kind: IdKind) => newId(kind)
