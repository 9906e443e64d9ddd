import { type Bus, connectBus } from '@palomar/bus'
import { createGraphClient, type GraphClient } from '@palomar/cloud-api'
import { areas, durables, mediaV1, numbersV1, parseId, uuidOf } from '@palomar/contracts'
import { checkDatabase, type Db, openDb, startRelay } from '@palomar/db'
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
  type Metrics,
  systemClock,
} from '@palomar/runtime'
import type { Config } from './config.ts'
import { inboxHandler } from './consumers/inbox.ts'
import { tenancyHandler } from './consumers/tenancy.ts'
import { type CredentialSource, createTokens, type Tokens } from './credentials.ts'
import { signUpload } from './domain/upload-address.ts'
import { startWorker } from './fetch/worker.ts'
import { startHttp } from './http/server.ts'
import { createResolver } from './meta/resolve.ts'
import { createMediaMetrics, type MediaMetrics } from './metrics.ts'
import { openBlob } from './open-blob.ts'
import { mediaHandlers } from './rpc/index.ts'

/** What tests put in place of the real thing. */
export interface Overrides {
  logger?: Logger
  lifecycle?: Lifecycle
  clock?: Clock
  callerKeys?: CallerKeys
  credentials?: CredentialSource
}

export interface Service {
  ports: { grpc: number; admin: number; http: number }
  stop(): Promise<unknown>
}

// Within Kubernetes' 30 s: calls and requests under way 6 s each; consumers 5 s; files in hand are given up at once, and
// uploads to Meta have the rest.
export const stopBudgetMs = 25_000
const callsGraceMs = 6_000
const consumersGraceMs = 5_000

/** Starts the service; what it opened before a failure is closed again. */
export async function start(config: Config, overrides: Overrides = {}): Promise<Service> {
  const logger = overrides.logger ?? createLogger({ service: 'media', level: config.LOG_LEVEL })
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
  const registry = createMetrics({ service: 'media' })
  const metrics = createMediaMetrics(registry)
  const tracing = initTracing({ service: 'media', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT })
  onStop('tracing', () => tracing.stop())
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics: registry, logger })
  onStop('admin', () => admin.stop())

  const db = openDb({ url: config.DATABASE_URL, max: config.DATABASE_POOL_MAX, service: 'media', logger })
  onStop('postgres', () => db.close())
  await checkDatabase(db.sql, logger)
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    user: config.NATS_USER,
    pass: config.NATS_PASSWORD,
    name: 'media',
    logger,
    metrics: registry,
  })
  onStop('nats', () => bus.close())
  admin.addCheck('nats', () => bus.isConnected())
  const relay = startRelay({
    db,
    bus,
    areas: ['media'],
    logger,
    onAge: (age) => {
      metrics.outboxAge.set({ lane: 'durable' }, age.durable)
      metrics.outboxAge.set({ lane: 'live' }, age.live)
    },
  })
  onStop('relay', () => relay.stop())

  let base = config.HTTP_URL ?? ''
  const { blob, files } = await openBlob(config, () => base)
  onStop('blob', () => blob.close())
  admin.addCheck('blob', () => blob.ping())
  const secret = config.URL_SIGNING_KEY
  const http = startHttp({
    db,
    blob,
    files,
    clock,
    logger,
    secret,
    port: config.HTTP_PORT,
    host: config.BIND_HOST,
  })
  onStop('http', () => http.stop(callsGraceMs))
  base ||= `http://${config.BIND_HOST === '0.0.0.0' ? '127.0.0.1' : config.BIND_HOST}:${http.port}`

  const graph = createGraphClient({
    baseUrl: config.GRAPH_BASE_URL,
    socketsMax: config.FETCHES_MAX + config.UPLOADS_MAX,
  })
  onStop('graph', () => graph.close())
  const source = overrides.credentials ?? credentialSource(config, { onStop, logger, registry })
  const tokens = createTokens(source, () => clock.now())
  const work = { db, blob, clock, logger, metrics, ...graphDeps(config, graph, tokens) }
  const worker = startWorker({ ...work, atOnce: config.FETCHES_MAX })
  onStop('worker', () => worker.stop())
  const resolver = createResolver({ ...work, now: () => clock.now(), atOnce: config.UPLOADS_MAX })
  onStop('uploads', () => resolver.stop(), { timeoutMs: callsGraceMs })
  await startConsumers(bus, { db, clock, tokens, metrics, rouse: worker.rouse }, onStop)

  const callerKeys = overrides.callerKeys ?? ownKeys(config, onStop)
  const server = createServer({
    service: 'media',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics: registry,
    callerKeys,
  })
  server.add(
    mediaV1.MediaServiceService,
    mediaHandlers({
      db,
      blob,
      clock,
      resolve: resolver.resolve,
      uploadUrl: (key, expires) => signUpload(base, secret, { ...key, expires }),
      rouse: worker.rouse,
    }),
  )
  const ports = { grpc: await server.start(), admin: admin.port, http: http.port }
  onStop('grpc', () => server.stop(callsGraceMs))
  admin.setReady(true)
  onStop('ready', () => admin.setReady(false))
  logger.info('ready', { grpc_port: ports.grpc, admin_port: ports.admin, http_port: ports.http })
  return ports
}

const graphDeps = (config: Config, graph: GraphClient, tokens: Tokens) => ({
  graph,
  tokens,
  graphVersion: config.GRAPH_VERSION,
  deadlineMs: config.GRAPH_TIMEOUT_MS,
})

function ownKeys(config: Config, onStop: Lifecycle['onStop']): CallerKeys {
  const keys = tenancyCallerKeys(config.TENANCY_ADDRESS)
  onStop('caller keys', () => keys.close())
  return keys
}

function credentialSource(
  config: Config,
  { onStop, logger, registry }: { onStop: Lifecycle['onStop']; logger: Logger; registry: Metrics },
): CredentialSource {
  const token = serviceTokenSource({
    service: 'media',
    secret: config.SERVICE_SECRET,
    tenancyAddress: config.TENANCY_ADDRESS,
    logger,
  })
  onStop('service token', () => token.close())
  const numbers = createClient(numbersV1.NumbersServiceService, {
    token,
    logger,
    metrics: registry,
    address: config.TENANCY_ADDRESS,
    audience: 'tenancy',
    deadlineMs: 3_000,
  })
  onStop('tenancy client', () => numbers.close())
  return numbers
}

async function startConsumers(
  bus: Bus,
  {
    db,
    clock,
    tokens,
    metrics,
    rouse,
  }: { db: Db; clock: Clock; tokens: Tokens; metrics: MediaMetrics; rouse(): void },
  onStop: Lifecycle['onStop'],
): Promise<void> {
  const probe = () => db.ping().then(() => true)
  const onDead = (consumer: string) => () => metrics.dead.inc({ consumer })
  const consumers = await Promise.all([
    bus.consume(
      areas.inbox,
      durables.mediaInbox,
      inboxHandler({ db, clock, onDead: onDead('inbox'), onNew: rouse }),
      { probe, eventsMax: 500 },
    ),
    bus.consume(areas.tenancy, durables.mediaTenancy, tenancyHandler({ db, onDead: onDead('tenancy') }), {
      probe,
    }),
  ])
  onStop('consumers', () => Promise.all(consumers.map((consumer) => consumer.stop(consumersGraceMs))), {
    timeoutMs: consumersGraceMs + 1_000,
  })
  // Every replica's cache hears of a new token, not only the one that gets the event.
  const untap = bus.tap(areas.tenancy, (events) => {
    for (const { payload } of events) {
      const id = payload?.$case === 'numberChanged' ? parseId('number', payload.value.numberId) : undefined
      if (id) tokens.drop(uuidOf(id))
    }
  })
  onStop('tap', untap)
}
