import { type Bus, connectBus } from '@palomar/bus'
import { areas, automationV1, buckets, durables, idFromUuid } from '@palomar/contracts'
import { checkDatabase, type Db, openDb, startRelay } from '@palomar/db'
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
import { startAnswering } from './answering.ts'
import type { Config } from './config.ts'
import { bytesHandler } from './consumers/bytes.ts'
import { type InboxDeps, inboxHandler } from './consumers/inbox.ts'
import { tenancyHandler } from './consumers/tenancy.ts'
import { createDataKeys } from './data-keys.ts'
import { maintainDays } from './db/upkeep.ts'
import { startDelivering } from './delivering.ts'
import { connectDispatcher, type Dispatcher } from './dispatcher.ts'
import { createFailpoint } from './failpoint.ts'
import { createAutomationMetrics } from './metrics.ts'
import { createPoster, type Poster } from './outbound/request.ts'
import { automationHandlers } from './rpc/index.ts'
import { connectTenancy, type Tenancy } from './tenancy.ts'
import { startUpkeep } from './upkeep.ts'

/** What tests put in place of the real thing. */
export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
  callerKeys?: CallerKeys
  tenancy?: Tenancy
  dispatcher?: Dispatcher
  post?: Poster
}

export interface Service {
  ports: { grpc: number; admin: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: requests under way have 15 s; calls 8 s and consumers 6 s, usually none; the relay, NATS and
// Postgres 5 s each at most. What is cut off is sent again when its lease ends.
export const stopBudgetMs = 25_000
const callsGraceMs = 8_000
const consumersGraceMs = 6_000
const requestsGraceMs = 10_000

/** Starts the service; what it opened before a failure is closed again. */
export async function start(config: Config, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'automation', level: config.LOG_LEVEL })
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
  const registry = createMetrics({ service: 'automation' })
  const metrics = createAutomationMetrics(registry)
  const tracing = initTracing({ service: 'automation', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics: registry, logger })
  onStop('admin', () => admin.stop())

  const db = openDb({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL_MAX,
    service: 'automation',
    logger,
  })
  onStop('postgres', () => db.close())
  await checkDatabase(db.sql, logger)
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'automation',
    logger,
    metrics: registry,
  })
  onStop('nats', () => bus.close())
  admin.addCheck('nats', () => bus.isConnected())

  const relay = startRelay({
    db,
    bus,
    areas: ['automation'],
    logger,
    onAge: (age) => metrics.outboxAge.set({ lane: 'durable' }, age.durable),
  })
  onStop('relay', () => relay.stop())

  const { tenancy, dispatcher, callerKeys } = others(config, overrides, { logger, registry, onStop })
  const dataKeys = createDataKeys(tenancy.askDataKeys, clock)
  const stopTap = bus.tap(areas.tenancy, (events) => {
    for (const { payload } of events)
      if (payload?.$case === 'tenantChanged') dataKeys.drop(payload.value.tenantId)
  })
  onStop('tap', stopTap)

  const failpoint = createFailpoint(config.PALOMAR_TEST_FAILPOINT)
  const allowPrivate = config.ALLOW_PRIVATE_WEBHOOKS
  if (allowPrivate) logger.warn('webhooks may go to http:// and private networks: for development only')
  const post = overrides.post ?? createPoster({ allowPrivate, clock })
  const parts = { db, clock, logger, metrics, failpoint }
  // Before the first fact: after a long rest its day may be missing.
  await maintainDays(db)
  const upkeep = startUpkeep(parts)
  onStop('upkeep', () => upkeep.stop())
  const sending = { ...parts, post, dataKeys }
  const delivering = startDelivering(sending)
  onStop('deliveries', () => delivering.stop(), { timeoutMs: requestsGraceMs })
  const answering = startAnswering({ ...parts, dispatcher })
  onStop('answers', () => answering.stop())
  const wakes = { onAnswers: answering.wake, onDeliveries: delivering.wake }
  await startConsumers(bus, { ...parts, ...wakes }, onStop)

  const subscribers = bus.kv(buckets.byteSubscribers.name)
  const announceBytes = async (tenantId: string) => {
    await subscribers.put(idFromUuid('tenant', tenantId), Buffer.from('1'))
  }
  const server = createServer({
    service: 'automation',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics: registry,
    callerKeys,
    parts: { postgres: () => db.ping(), nats: () => bus.isConnected() },
  })
  server.add(
    automationV1.AutomationServiceService,
    automationHandlers({ ...sending, allowPrivate, announceBytes, onDeliveries: delivering.wake }),
  )
  const ports = { grpc: await server.start(), admin: admin.port }
  onStop('grpc', () => server.stop(callsGraceMs))
  admin.setReady(true)
  onStop('ready', () => admin.setReady(false))
  logger.info('ready', { grpc_port: ports.grpc, admin_port: ports.admin })
  return ports
}

/** The services around this one. */
function others(
  config: Config,
  overrides: Overrides,
  given: { logger: Logger; registry: Metrics; onStop: Lifecycle['onStop'] },
): { tenancy: Tenancy; dispatcher: Dispatcher; callerKeys: CallerKeys } {
  const { logger, registry, onStop } = given
  const tenancyAddress = config.TENANCY_ADDRESS
  const token = own(
    serviceTokenSource({ service: 'automation', secret: config.SERVICE_SECRET, tenancyAddress, logger }),
    'service token',
  )
  const client = { token, logger, metrics: registry }
  return {
    callerKeys: overrides.callerKeys ?? own(tenancyCallerKeys(tenancyAddress), 'caller keys'),
    tenancy: overrides.tenancy ?? own(connectTenancy({ address: tenancyAddress, ...client }), 'tenancy'),
    dispatcher:
      overrides.dispatcher ??
      own(connectDispatcher({ address: config.DISPATCHER_ADDRESS, ...client }), 'dispatcher'),
  }

  function own<T extends { close(): void }>(part: T, name: string): T {
    onStop(name, () => part.close())
    return part
  }
}

async function startConsumers(
  bus: Bus,
  deps: Omit<InboxDeps, 'db'> & { db: Db },
  onStop: Lifecycle['onStop'],
): Promise<void> {
  const probe = async () => {
    await deps.db.ping()
    return true
  }
  const onDead = () => deps.metrics.dead.inc({ consumer: 'tenancy' })
  const consumers = await Promise.all([
    // Two at once: one waits for the disk while the other is worked out.
    bus.consume(areas.inbox, durables.automationInbox, inboxHandler(deps), {
      probe,
      concurrency: 2,
      eventsMax: 500,
    }),
    bus.consume(areas.bytes, durables.automationBytes, bytesHandler(deps), { probe }),
    bus.consume(areas.tenancy, durables.automationTenancy, tenancyHandler({ db: deps.db, onDead }), {
      probe,
    }),
  ])
  onStop('consumers', () => Promise.all(consumers.map((consumer) => consumer.stop(consumersGraceMs))), {
    timeoutMs: consumersGraceMs + 1_000,
  })
}
