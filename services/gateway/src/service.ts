import { connectBus } from '@palomar/bus'
import { areas } from '@palomar/contracts'
import { createLimiter } from '@palomar/ratelimit'
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
import { createExchange } from './auth/exchange.ts'
import { createClients } from './clients.ts'
import type { GatewayConfig } from './config.ts'
import { type Backend, createHealth } from './health.ts'
import { createApi } from './http/api.ts'
import { healthRoutes } from './http/health-routes.ts'
import { createApiLimits } from './http/limits.ts'
import { startServer } from './http/server.ts'
import { v1Routes } from './http/v1/index.ts'
import { startLive } from './live/live.ts'
import { createTickets } from './live/tickets.ts'
import { createGatewayMetrics } from './metrics.ts'
import { createNumberResolver } from './resolve-number.ts'
import { followTenancy } from './tenancy-changes.ts'
import { watchAppSecrets } from './webhooks/app-secrets.ts'
import { startBeat } from './webhooks/beat.ts'
import { createWebhookCounts } from './webhooks/counts.ts'
import { createReceiver } from './webhooks/receive.ts'

export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
}

export interface Service {
  ports: { http: number; admin: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: balancers notice 5 s (STOP_GRACE_MS), sockets 5 s, requests under way 8 s, bus 5 s.
export const stopBudgetMs = 28_000
const socketsCloseMs = 5_000
const requestsFinishMs = 8_000

/** Starts the gateway; what it opened before a failure is closed again. */
export async function start(config: GatewayConfig, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'gateway', level: config.LOG_LEVEL })
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
  config: GatewayConfig,
  { logger, lifecycle, clock }: { logger: Logger; lifecycle: Lifecycle; clock: Clock },
): Promise<Service['ports']> {
  const { onStop } = lifecycle
  const metrics = createMetrics({ service: 'gateway' })
  const tracing = initTracing({ service: 'gateway', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics, logger })
  onStop('admin', () => admin.stop())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'gateway',
    logger,
    metrics,
  })
  onStop('nats', () => bus.close())
  const clients = openClients(config, logger, metrics)
  onStop('clients', () => clients.close())
  const limiter = createLimiter({ redisUrl: config.REDIS_URL, replicas: config.REPLICAS, logger, clock })
  onStop('redis', () => limiter.close())

  const exchange = createExchange({ call: (request) => clients.auth.exchangeCredential(request), clock })
  const resolver = createNumberResolver(clients.numbers, clock)
  const key = config.APP_SECRETS_KEY
  const live = startLive({
    bus,
    key,
    clock,
    logger,
    metrics,
    onRevoked: (subjectId) => {
      exchange.dropSubject(subjectId)
      exchange.dropTenant(subjectId)
    },
  })
  onStop('live', () => live.stop())
  onStop('tenancy changes', followTenancy({ bus, exchange, resolver, live, clock }))

  const apps = watchAppSecrets({
    bus,
    key,
    findApp: async (slug) => (await clients.numbers.findApp({ slug }, { deadlineMs: 2_000 })).sealedEntry,
    clock,
    logger,
  })
  onStop('app secrets', () => apps.stop())
  // A gateway that cannot tell which apps exist, or would make every client reload, is not ready (CONTRACTS 14, 34).
  // NATS away later on is no reason to stop answering the API.
  admin.addCheck('app_secrets', () => apps.isReady())
  admin.addCheck('live', () => live.isReady())

  const counts = createWebhookCounts(metrics)
  const webhooksReady = () => apps.isReady() && bus.isConnected() && !lifecycle.stopping
  const beat = startBeat({ bus, counts, isReady: webhooksReady, clock })
  onStop('beat', () => beat.stop())

  const limits = createApiLimits(limiter, {
    ratePerSecond: config.RATE_PER_SECOND,
    loginAttemptsMax: config.LOGIN_ATTEMPTS_MAX,
  })
  const health = createHealth({
    addresses: addressesOf(config),
    redis: async () => (config.REDIS_URL === undefined ? 'off' : (await limiter.ping()) ? 'ok' : 'away'),
    nats: () => bus.isConnected(),
    whatsappEnabled: config.WHATSAPP_ENABLED,
    clock,
  })
  onStop('health', () => health.close())
  const tickets = createTickets(key, limiter, clock)
  const server = startServer({
    port: config.HTTP_PORT,
    host: config.BIND_HOST,
    trustedProxyHops: config.TRUSTED_PROXY_HOPS,
    receive: createReceiver({
      apps,
      publisher: bus.publisher(areas.webhooks),
      limiter,
      counts,
      clock,
      logger,
      enabled: config.WHATSAPP_ENABLED,
    }),
    webhooksReady,
    api: createApi({
      routes: [...v1Routes({ clients, limits, resolver, tickets, dead: bus.dead }), ...healthRoutes(health)],
      publicUrl: config.PUBLIC_URL,
      allowedOrigins: config.ALLOWED_ORIGINS,
      metrics: createGatewayMetrics(metrics),
      logger,
      exchange,
      limits,
      health: () => ({ ok: !lifecycle.stopping, body: { status: lifecycle.stopping ? 'stopping' : 'ok' } }),
    }),
    live,
    tickets,
    logger,
  })
  const ports = { http: server.port, admin: admin.port }
  onStop('http', () => server.stop(requestsFinishMs), { timeoutMs: requestsFinishMs + 1_000 })
  // The server's stop stays pending while a socket is open, so they go first.
  onStop('sockets', () => live.closeAll(), { timeoutMs: socketsCloseMs })
  onStop('ready', async () => {
    admin.setReady(false)
    server.refuseSockets()
    await Bun.sleep(config.STOP_GRACE_MS)
  })
  admin.setReady(true)
  logger.info('ready', { http_port: ports.http, admin_port: ports.admin })
  return ports
}

function addressesOf(config: GatewayConfig): Record<Backend, string> {
  return {
    tenancy: config.TENANCY_ADDRESS,
    ingest: config.INGEST_ADDRESS,
    inbox: config.INBOX_ADDRESS,
    dispatcher: config.DISPATCHER_ADDRESS,
    media: config.MEDIA_ADDRESS,
    analytics: config.ANALYTICS_ADDRESS,
    automation: config.AUTOMATION_ADDRESS,
  }
}

function openClients(config: GatewayConfig, logger: Logger, metrics: Metrics) {
  return createClients({
    tenancyAddress: config.TENANCY_ADDRESS,
    inboxAddress: config.INBOX_ADDRESS,
    dispatcherAddress: config.DISPATCHER_ADDRESS,
    ingestAddress: config.INGEST_ADDRESS,
    mediaAddress: config.MEDIA_ADDRESS,
    analyticsAddress: config.ANALYTICS_ADDRESS,
    automationAddress: config.AUTOMATION_ADDRESS,
    serviceSecret: config.SERVICE_SECRET,
    logger,
    metrics,
  })
}
