import { type Bus, connectBus } from '@palomar/bus'
import { analyticsV1, areas, durables, inboxHistoryV1, numbersV1 } from '@palomar/contracts'
import { checkDatabase, type Db, openDb } from '@palomar/db'
import {
  type CallerKeys,
  createClient,
  createServer,
  serviceTokenSource,
  tenancyCallerKeys,
} from '@palomar/rpc'
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
import { inboxHandler } from './consumers/inbox.ts'
import { tenancyHandler } from './consumers/tenancy.ts'
import { type AnalyticsMetrics, createAnalyticsMetrics } from './metrics.ts'
import type { RpcDeps } from './rpc/deps.ts'
import { analyticsHandlers } from './rpc/index.ts'

/** What tests put in place of the real thing. */
export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
  callerKeys?: CallerKeys
  history?: RpcDeps['history']
  tenancy?: RpcDeps['tenancy']
}

export interface Service {
  ports: { grpc: number; admin: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: calls under way 8 s; consumers finish what is in hand 6 s; NATS and Postgres 5 s each at
// most, and usually none.
export const stopBudgetMs = 25_000
const callsGraceMs = 8_000
const consumersGraceMs = 6_000
/** Inbox's bounded call reads and publishes one part of a range. */
const republishMs = 9_000

/** Starts the service; what it opened before a failure is closed again. */
export async function start(config: Config, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'analytics', level: config.LOG_LEVEL })
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
  const registry = createMetrics({ service: 'analytics' })
  const metrics = createAnalyticsMetrics(registry, clock.now)
  const tracing = initTracing({ service: 'analytics', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics: registry, logger })
  onStop('admin', () => admin.stop())

  const db = openDb({ url: config.DATABASE_URL, max: config.DATABASE_POOL_MAX, service: 'analytics', logger })
  onStop('postgres', () => db.close())
  await checkDatabase(db.sql, logger)
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'analytics',
    logger,
    metrics: registry,
  })
  onStop('nats', () => bus.close())
  admin.addCheck('nats', () => bus.isConnected())

  const countedUntil = await startConsumers(bus, { db }, { config, onStop, metrics })
  const owners = ownersOf(config, overrides, { logger, onStop })

  const callerKeys = overrides.callerKeys ?? ownKeys(config, onStop)
  const server = createServer({
    service: 'analytics',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics: registry,
    callerKeys,
    parts: { postgres: () => db.ping(), nats: () => bus.isConnected() },
  })
  server.add(
    analyticsV1.AnalyticsServiceService,
    analyticsHandlers({ db, clock, logger, countedUntil, ...owners }),
  )
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

/** Who is asked for facts again. */
function ownersOf(
  config: Config,
  overrides: Overrides,
  { logger, onStop }: { logger: Logger; onStop: Lifecycle['onStop'] },
): Pick<RpcDeps, 'history' | 'tenancy'> {
  const token = serviceTokenSource({
    service: 'analytics',
    secret: config.SERVICE_SECRET,
    tenancyAddress: config.TENANCY_ADDRESS,
    logger,
  })
  const to = { token, deadlineMs: republishMs, logger }
  const history = createClient(inboxHistoryV1.HistoryServiceService, {
    ...to,
    address: config.INBOX_ADDRESS,
    audience: 'inbox',
  })
  const tenancy = createClient(numbersV1.NumbersServiceService, {
    ...to,
    address: config.TENANCY_ADDRESS,
    audience: 'tenancy',
  })
  onStop('clients', () => {
    history.close()
    tenancy.close()
    token.close()
  })
  return { history: overrides.history ?? history, tenancy: overrides.tenancy ?? tenancy }
}

/**
 * All three streams are consumed from the start: with retention by interest a durable without a consumer fills its
 * stream. Gives what tells up to when messages have been counted.
 */
async function startConsumers(
  bus: Bus,
  { db }: { db: Db },
  { config, onStop, metrics }: { config: Config; onStop: Lifecycle['onStop']; metrics: AnalyticsMetrics },
): Promise<RpcDeps['countedUntil']> {
  const probe = async () => {
    await db.ping()
    return true
  }
  const deps = {
    db,
    onCounted: metrics.counted,
    onDead: (consumer: string) => metrics.dead.inc({ consumer }),
  }
  const options = { probe, eventsMax: 500, mutation: config.PALOMAR_TEST_MUTATION }
  // Two at once: one waits for the disk while the other is worked out. Effects commute, so they may overlap.
  const inbox = await bus.consume(areas.inbox, durables.analyticsInbox, inboxHandler(deps), {
    ...options,
    concurrency: 2,
  })
  const others = await Promise.all([
    bus.consume(areas.tenancy, durables.analyticsTenancy, tenancyHandler(deps), options),
    bus.consume(areas.automation, durables.analyticsAutomation, automationHandler(deps), options),
  ])
  onStop(
    'consumers',
    () => Promise.all([inbox, ...others].map((consumer) => consumer.stop(consumersGraceMs))),
    { timeoutMs: consumersGraceMs + 1_000 },
  )
  return async () => {
    try {
      const { answeredThrough } = await inbox.state()
      return answeredThrough === undefined ? undefined : new Date(answeredThrough)
    } catch {
      // NATS is away: figures are what they are, and nobody can say how far they reach.
      return undefined
    }
  }
}
