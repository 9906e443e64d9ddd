import { connectBus } from '@palomar/bus'
import { checkDatabase, openDb } from '@palomar/db'
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

// Within Kubernetes' 30 s: calls under way 8 s; NATS and Postgres 5 s each at most, and usually none.
export const stopBudgetMs = 25_000
const callsGraceMs = 8_000

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
  const { logger, lifecycle } = frame
  const { onStop } = lifecycle
  const registry = createMetrics({ service: 'analytics' })
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
