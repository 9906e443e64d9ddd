import { type Bus, connectBus } from '@palomar/bus'
import { areas, durables, inboxHistoryV1, inboxV1, notificationsV1 } from '@palomar/contracts'
import { checkDatabase, type Db, openDb, startRelay } from '@palomar/db'
import { type CallerKeys, createServer, tenancyCallerKeys } from '@palomar/rpc'
import {
  type Clock,
  createAdmin,
  createLifecycle,
  createLogger,
  createMetrics,
  initTracing,
  type Lifecycle,
  type Logger,
  systemClock,
} from '@palomar/runtime'
import type { Config } from './config.ts'
import { automationHandler } from './consumers/automation.ts'
import { dispatchHandler } from './consumers/dispatch.ts'
import { ingestHandler } from './consumers/ingest.ts'
import { mediaHandler } from './consumers/media.ts'
import { tenancyHandler } from './consumers/tenancy.ts'
import type { Facts } from './domain/facts.ts'
import { countFacts, createInboxMetrics, type InboxMetrics } from './metrics.ts'
import { historyHandlers, inboxHandlers, notificationHandlers } from './rpc/index.ts'

/** What tests put in place of the real thing. */
export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
  callerKeys?: CallerKeys
}

export interface Service {
  ports: { grpc: number; admin: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: calls under way 8 s; consumers finish what is in hand 6 s; the relay, NATS and Postgres
// 5 s each at most, and usually none.
export const stopBudgetMs = 25_000
const callsGraceMs = 8_000
const consumersGraceMs = 6_000

/** Starts the service; what it opened before a failure is closed again. */
export async function start(config: Config, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'inbox', level: config.LOG_LEVEL })
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
  const registry = createMetrics({ service: 'inbox' })
  const metrics = createInboxMetrics(registry)
  const tracing = initTracing({ service: 'inbox', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics: registry, logger })
  onStop('admin', () => admin.stop())

  const db = openDb({ url: config.DATABASE_URL, max: config.DATABASE_POOL_MAX, service: 'inbox', logger })
  onStop('postgres', () => db.close())
  await checkDatabase(db.sql, logger)
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'inbox',
    logger,
    metrics: registry,
  })
  onStop('nats', () => bus.close())
  admin.addCheck('nats', () => bus.isConnected())

  const relay = startRelay({
    db,
    bus,
    areas: ['inbox'],
    logger,
    onAge: (age) => {
      metrics.outboxAge.set({ lane: 'durable' }, age.durable)
      metrics.outboxAge.set({ lane: 'live' }, age.live)
    },
  })
  onStop('relay', () => relay.stop())
  await startConsumers(bus, { db, clock }, { config, onStop, metrics })

  const callerKeys = overrides.callerKeys ?? ownKeys(config, onStop)
  const server = createServer({
    service: 'inbox',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics: registry,
    callerKeys,
    parts: { postgres: () => db.ping(), nats: () => bus.isConnected() },
  })
  server.add(inboxV1.InboxServiceService, inboxHandlers({ db, clock }))
  server.add(notificationsV1.NotificationsServiceService, notificationHandlers({ db, clock }))
  server.add(inboxHistoryV1.HistoryServiceService, historyHandlers({ db, bus }))
  const ports = { grpc: await server.start(), admin: admin.port }
  onStop('grpc', () => server.stop(callsGraceMs))
  admin.setReady(true)
  onStop('ready', () => admin.setReady(false))
  logger.info('ready', { grpc_port: ports.grpc, admin_port: ports.admin })
  return ports
}

function ownKeys(config: Config, onStop: Lifecycle['onStop']): CallerKeys {
  const keys = tenancyCallerKeys(config.TENANCY_ADDRESS)
  onStop('caller keys', () => keys.close())
  return keys
}

async function startConsumers(
  bus: Bus,
  deps: { db: Db; clock: Clock },
  { config, onStop, metrics }: { config: Config; onStop: Lifecycle['onStop']; metrics: InboxMetrics },
): Promise<void> {
  const probe = async () => {
    await deps.db.ping()
    return true
  }
  // Two at once: one waits for the disk while the other is worked out. Effects commute, so they may overlap.
  const options = { probe, concurrency: 2, eventsMax: 500, mutation: config.PALOMAR_TEST_MUTATION }
  const counted = (consumer: string) => ({
    ...deps,
    onDead: () => metrics.dead.inc({ consumer }),
    onStored: (facts: Facts) => countFacts(metrics, facts),
    onHandled: (oldestWebhookAt: Date) =>
      metrics.webhookAge.observe(
        { consumer },
        Math.max(0, (deps.clock.now() - oldestWebhookAt.getTime()) / 1000),
      ),
  })
  const consumers = await Promise.all([
    bus.consume(areas.ingest, durables.inboxIngest, ingestHandler(counted('ingest')), options),
    bus.consume(areas.dispatch, durables.inboxDispatch, dispatchHandler(counted('dispatch')), options),
    bus.consume(areas.media, durables.inboxMedia, mediaHandler(counted('media')), options),
    bus.consume(
      areas.automation,
      durables.inboxAutomation,
      automationHandler(counted('automation')),
      options,
    ),
    bus.consume(areas.tenancy, durables.inboxTenancy, tenancyHandler(counted('tenancy')), {
      ...options,
      concurrency: 1,
    }),
  ])
  onStop('consumers', () => Promise.all(consumers.map((consumer) => consumer.stop(consumersGraceMs))), {
    timeoutMs: consumersGraceMs + 1_000,
  })
}
