import { type Bus, connectBus } from '@palomar/bus'
import { areas, buckets, durables } from '@palomar/contracts'
import { checkDatabase, type Db, openDb, startRelay } from '@palomar/db'
import { createServer, staticCallerKeys } from '@palomar/rpc'
import {
  type Clock,
  createAdmin,
  createLifecycle,
  createLogger,
  createMetrics,
  initTracing,
  type Lifecycle,
  type Logger,
  type Metrics,
  systemClock,
} from '@palomar/runtime'
import { createAccessTokens } from './access-tokens.ts'
import { startAppSnapshot } from './app-snapshot.ts'
import { startCallerKeysBucket } from './caller-keys-bucket.ts'
import type { Config } from './config.ts'
import { auditedHandler } from './consumers/audited.ts'
import type { Deps } from './deps.ts'
import { seedCompany } from './environment/seed-company.ts'
import { startLastUsed } from './last-used.ts'
import { createTenancyMetrics } from './metrics.ts'
import { createPasswords } from './passwords.ts'
import { createRepublisher } from './republish.ts'
import { reseal } from './reseal.ts'
import { addServices } from './rpc/index.ts'
import { seed } from './seed.ts'
import { signingKeys } from './signing-keys.ts'
import { createVault } from './vault.ts'

export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
}

export interface Service {
  ports: { grpc: number; admin: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: calls under way 8 s; consumers 3 s; relay, buckets and bus some 5 s together; Postgres 5 s.
export const stopBudgetMs = 25_000
const callsGraceMs = 8_000
const consumersGraceMs = 3_000

const dayMs = 86_400_000

/** Starts the service; what it opened before a failure is closed again. */
export async function start(config: Config, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'tenancy', level: config.LOG_LEVEL })
  const lifecycle = overrides.lifecycle ?? createLifecycle({ logger, budgetMs: stopBudgetMs })
  try {
    const ports = await open(config, { logger, lifecycle, clock: overrides.clock ?? systemClock })
    return { ports, stop: () => lifecycle.stop() }
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

async function open(
  config: Config,
  { logger, lifecycle, clock }: { logger: Logger; lifecycle: Lifecycle; clock: Clock },
): Promise<Service['ports']> {
  const { onStop } = lifecycle
  const metrics = createMetrics({ service: 'tenancy' })
  const tracing = initTracing({ service: 'tenancy', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics, logger })
  onStop('admin', () => admin.stop())

  const db = openDb({ url: config.DATABASE_URL, max: config.DATABASE_POOL_MAX, service: 'tenancy', logger })
  onStop('postgres', () => db.close())
  await checkDatabase(db.sql, logger)
  // NATS is no condition of readiness: signing in works without it, and events wait in the outbox.
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'tenancy',
    logger,
    metrics,
  })
  onStop('nats', () => bus.close())

  const deps = await parts(config, { db, bus, logger, clock, metrics, onStop })
  const { vault } = deps
  const relay = startRelay({
    db,
    bus,
    areas: ['tenancy'],
    logger,
    onAge: (age) => {
      deps.metrics.outboxAge.set({ lane: 'durable' }, age.durable)
      deps.metrics.outboxAge.set({ lane: 'live' }, age.live)
    },
  })
  onStop('outbox', () => relay.stop())

  sayIgnored(config, logger)
  await seed(deps, firstAdmin(config), logger)
  await seedCompany(deps, config.firstCompany, logger)
  const resealed = await reseal(db, vault)
  if (resealed > 0) logger.info('sealed anew under the current master key', { rows: resealed })
  // Gateways wait for the snapshot; we do not: they ask again.
  void deps.appSnapshot.refresh()

  // What others keep and people change there, for the one audit log.
  const audited = await bus.consume(areas.automation, durables.tenancyAutomation, auditedHandler({ db }), {
    probe: async () => {
      await db.ping()
      return bus.isConnected()
    },
  })
  onStop('consumers', () => audited.stop(consumersGraceMs), { timeoutMs: consumersGraceMs + 1_000 })

  const server = createServer({
    service: 'tenancy',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics,
    callerKeys: staticCallerKeys(JSON.parse(deps.jwksJson)),
    parts: { postgres: () => db.ping(), nats: () => bus.isConnected() },
  })
  addServices(server, deps)
  const ports = { grpc: await server.start(), admin: admin.port }
  onStop('grpc', () => server.stop(callsGraceMs))
  admin.setReady(true)
  onStop('ready', () => admin.setReady(false))
  logger.info('ready', { grpc_port: ports.grpc, admin_port: ports.admin })
  return ports
}

async function parts(
  config: Config,
  given: {
    db: Db
    bus: Bus
    logger: Logger
    clock: Clock
    metrics: Metrics
    onStop: Lifecycle['onStop']
  },
): Promise<Deps> {
  const { db, bus, logger, clock, onStop } = given
  const vault = createVault(config.MASTER_KEYS, config.APP_SECRETS_KEY)
  const keys = await signingKeys(config.SIGNING_KEY_SEED)
  const jwksJson = JSON.stringify(keys.jwks)

  const appSnapshot = startAppSnapshot({ db, bucket: bus.kv(buckets.appSecrets.name), vault, logger })
  onStop('app snapshot', () => appSnapshot.stop())
  const callerKeys = startCallerKeysBucket({
    bucket: bus.kv(buckets.callerKeys.name),
    jwksJson,
    logger,
  })
  onStop('caller keys', () => callerKeys.stop())
  const lastUsed = startLastUsed(db, logger)
  onStop('last use of keys', () => lastUsed.stop())

  return {
    db,
    logger,
    clock,
    metrics: createTenancyMetrics(given.metrics, () => appSnapshot.isWritten()),
    vault,
    passwords: await createPasswords(),
    signing: keys.current,
    jwksJson,
    accessTokens: createAccessTokens({
      signing: keys.current,
      keys: staticCallerKeys(keys.jwks),
      ttlS: Math.round(config.JWT_EXPIRE_HOURS * 3600),
      now: () => clock.now(),
    }),
    appSnapshot,
    lastUsed,
    republisher: createRepublisher(db, bus.publisher(areas.tenancy)),
    serviceSecrets: config.SERVICE_SECRETS,
    attemptLimit: {
      attemptsMax: config.LOGIN_ATTEMPTS_MAX,
      windowMs: config.LOGIN_WINDOW_MINUTES * 60_000,
    },
    refreshTtlMs: config.REFRESH_EXPIRE_DAYS * dayMs,
    familyTtlMs: config.SESSION_EXPIRE_DAYS * dayMs,
  }
}

function firstAdmin(config: Config) {
  const { SEED_ADMIN_EMAIL: email, SEED_ADMIN_PASSWORD: password } = config
  return email && password ? { email, password } : undefined
}

/** One line each, by name alone: a value may be a secret. */
function sayIgnored({ ignored }: Config, logger: Logger): void {
  const { unofficial, unknown } = ignored
  if (unofficial.length > 0)
    logger.warn('variables of unofficial WhatsApp clients are ignored', { variables: unofficial })
  if (unknown.length > 0) logger.warn('variables that nobody reads are ignored', { variables: unknown })
}
