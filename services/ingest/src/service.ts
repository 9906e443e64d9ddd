import { type Bus, connectBus } from '@palomar/bus'
import { areas, buckets, durables } from '@palomar/contracts'
import { checkDatabase, openDb } from '@palomar/db'
import { type CallerKeys, createServer, serviceTokenSource, tenancyCallerKeys } from '@palomar/rpc'
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
import { createArchive } from './archive.ts'
import { watchSubscribers } from './byte-subscribers.ts'
import type { Config } from './config.ts'
import { createArchiveHandler } from './consumers/archive.ts'
import { createTenancyHandler, dropStale } from './consumers/tenancy-changed.ts'
import { createWebhookHandler } from './consumers/webhook-received.ts'
import { createDataKeys, type DataKeys } from './data-keys.ts'
import { countUnrouted } from './db/unrouted.ts'
import { createFailpoint } from './failpoint.ts'
import { createIngestMetrics } from './metrics.ts'
import { createReplayer } from './replay.ts'
import { createRoutes, type Routes } from './routes.ts'
import { addServices } from './rpc/index.ts'
import { connectTenancy, type Tenancy } from './tenancy.ts'

/** What tests put in place of the real thing. */
export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
  tenancy?: Tenancy
  callerKeys?: CallerKeys
}

export interface Service {
  ports: { grpc: number; admin: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: calls under way 8 s; consumers finish what is in hand 6 s; NATS and Postgres 5 s each.
export const stopBudgetMs = 25_000
const callsGraceMs = 8_000
const consumersGraceMs = 6_000

/** Starts the service; what it opened before a failure is closed again. */
export async function start(config: Config, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'ingest', level: config.LOG_LEVEL })
  const lifecycle = overrides.lifecycle ?? createLifecycle({ logger, budgetMs: stopBudgetMs })
  try {
    const ports = await open(config, overrides, { logger, lifecycle, clock: overrides.clock ?? systemClock })
    return { ports, stop: () => lifecycle.stop() }
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

type Frame = { logger: Logger; lifecycle: Lifecycle; clock: Clock }

async function open(config: Config, overrides: Overrides, frame: Frame): Promise<Service['ports']> {
  const { logger, lifecycle, clock } = frame
  const { onStop } = lifecycle
  const registry = createMetrics({ service: 'ingest' })
  const tracing = initTracing({ service: 'ingest', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics: registry, logger })
  onStop('admin', () => admin.stop())

  const db = openDb({ url: config.DATABASE_URL, max: config.DATABASE_POOL_MAX, service: 'ingest', logger })
  onStop('postgres', () => db.close())
  await checkDatabase(db.sql, logger)
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'ingest',
    logger,
    metrics: registry,
  })
  onStop('nats', () => bus.close())
  admin.addCheck('nats', () => bus.isConnected())

  const { tenancy, callerKeys } = tenancyOf(config, overrides, { logger, registry, onStop })
  const routes = createRoutes({ ask: tenancy.askRoute, clock, ttlMs: config.ROUTE_TTL_SECONDS * 1_000 })
  const dataKeys = createDataKeys(tenancy.askDataKeys, clock)
  const archive = createArchive({ db, dataKeys, platformKeys: config.ARCHIVE_KEYS })
  const metrics = createIngestMetrics(registry, () => db.system((tx) => countUnrouted(tx)))
  const publisher = bus.publisher(areas.ingest)
  const subscribers = await watchSubscribers(bus.kv(buckets.byteSubscribers.name))
  onStop('byte subscribers', () => subscribers.stop())
  const replayer = createReplayer({ db, archive, routes, publisher, metrics })

  const stopTap = bus.tap(areas.tenancy, (events) => {
    for (const event of events) dropStale(event, { routes, dataKeys })
  })
  onStop('tap', stopTap)
  const failpoint = createFailpoint(config.PALOMAR_TEST_FAILPOINT)
  const { tellStanding } = tenancy
  const forBytes = { bytes: bus.publisher(areas.bytes), wantsBytes: subscribers.has }
  const parts = {
    routes,
    dataKeys,
    archive,
    replayer,
    publisher,
    metrics,
    logger,
    failpoint,
    tellStanding,
    ...forBytes,
  }
  await startConsumers(bus, parts, { config, onStop, ping: () => db.ping() })

  const server = createServer({
    service: 'ingest',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics: registry,
    callerKeys,
    parts: { postgres: () => db.ping(), nats: () => bus.isConnected() },
  })
  addServices(server, { db, archive, replayer })
  const ports = { grpc: await server.start(), admin: admin.port }
  onStop('grpc', () => server.stop(callsGraceMs))
  admin.setReady(true)
  onStop('ready', () => admin.setReady(false))
  logger.info('ready', { grpc_port: ports.grpc, admin_port: ports.admin })
  return ports
}

function tenancyOf(
  config: Config,
  overrides: Overrides,
  given: { logger: Logger; registry: Metrics; onStop: Lifecycle['onStop'] },
): { tenancy: Tenancy; callerKeys: CallerKeys } {
  const { logger, registry, onStop } = given
  const tenancyAddress = config.TENANCY_ADDRESS
  const callerKeys = overrides.callerKeys ?? own(tenancyCallerKeys(tenancyAddress), 'caller keys')
  if (overrides.tenancy) return { tenancy: overrides.tenancy, callerKeys }
  const token = own(
    serviceTokenSource({ service: 'ingest', secret: config.SERVICE_SECRET, tenancyAddress, logger }),
    'service token',
  )
  const tenancy = own(
    connectTenancy({ address: tenancyAddress, token, logger, metrics: registry }),
    'tenancy',
  )
  return { tenancy, callerKeys }

  function own<T extends { close(): void }>(part: T, name: string): T {
    onStop(name, () => part.close())
    return part
  }
}

type Parts = Parameters<typeof createWebhookHandler>[0] &
  Parameters<typeof createArchiveHandler>[0] & { dataKeys: DataKeys; routes: Routes }

async function startConsumers(
  bus: Bus,
  parts: Parts,
  { config, onStop, ping }: { config: Config; onStop: Lifecycle['onStop']; ping: () => Promise<void> },
): Promise<void> {
  const mutation = config.PALOMAR_TEST_MUTATION
  const probe = async () => {
    await ping()
    return bus.isConnected()
  }
  const consumers = await Promise.all([
    // Two at once: one parses while the other's events are on their way to the disk. Its probe asks no database: the
    // live path needs one only for what must be parked.
    bus.consume(areas.webhooks, durables.ingestWebhooks, createWebhookHandler(parts), {
      probe: async () => bus.isConnected(),
      concurrency: 2,
      mutation,
    }),
    bus.consume(areas.webhooks, durables.ingestArchive, createArchiveHandler(parts), {
      probe,
      eventsMax: 512,
      mutation,
    }),
    bus.consume(areas.tenancy, durables.ingestTenancy, createTenancyHandler(parts), { probe, mutation }),
  ])
  onStop('consumers', () => Promise.all(consumers.map((consumer) => consumer.stop(consumersGraceMs))), {
    timeoutMs: consumersGraceMs + 1_000,
  })
}
