import { connectBus } from '@palomar/bus'
import {
  areas,
  coreSubjects,
  dispatcherV1,
  durables,
  inboxV1,
  mediaV1,
  numbersV1,
  parseId,
  uuidOf,
} from '@palomar/contracts'
import { checkDatabase, startRelay } from '@palomar/db'
import { createClient, createServer, serviceTokenSource, tenancyCallerKeys } from '@palomar/rpc'
import {
  type Clock,
  createAdmin,
  createLifecycle,
  createLogger,
  createMetrics,
  initTracing,
  type Logger,
  systemClock,
} from '@palomar/runtime'
import { createAccept } from './accept/accept-messages.ts'
import { createLedger } from './accept/ledger.ts'
import { createStateReader } from './accept/state-reader.ts'
import type { Config } from './config.ts'
import { createInboxHandler } from './consumers/inbox.ts'
import { createIngestHandler } from './consumers/ingest.ts'
import { createTenancyHandler } from './consumers/tenancy.ts'
import { openLedger } from './db/open-ledger.ts'
import { readQueueDepth } from './db/queue-depth.ts'
import { maintainDays } from './db/upkeep.ts'
import { type SettledUntil, unknownSettledUntil } from './doubt/settled-until.ts'
import { createWindowSettled } from './doubt/window-settled.ts'
import { createFailpoint } from './failpoint.ts'
import { createGraph } from './graph.ts'
import { createGraphReach } from './graph-reach.ts'
import { createInboxWindows, type InboxWindows, noInbox } from './inbox-windows.ts'
import { createIntake } from './intake/intake.ts'
import { createLanes } from './lanes/lanes.ts'
import type { GraphSender } from './lanes/send.ts'
import { createMetaFiles, type MetaFiles, noMetaFiles } from './meta-files.ts'
import { createDispatcherMetrics, observeQueue } from './metrics.ts'
import { acceptMessages, refuseMessages } from './rpc/accept-messages.ts'
import { cancelMessage } from './rpc/cancel-message.ts'
import { checkNumber, type NumberApi } from './rpc/check-number.ts'
import { getMessage } from './rpc/get-message.ts'
import { listTemplates } from './rpc/list-templates.ts'
import { createTemplates, type TemplateApi } from './templates.ts'
import { createCredentials } from './tenancy/credentials.ts'
import { startUpkeep } from './upkeep.ts'

/** What tests put in place of the real thing. */
export interface Overrides {
  logger?: Logger
  clock?: Clock
  graph?: GraphSender & TemplateApi & NumberApi
  inbox?: InboxWindows
  files?: MetaFiles
  settledUntil?: SettledUntil
}

export interface RunningDispatcher {
  ports: { grpc: number; admin: number }
  stop(): Promise<void>
}

/** Dependencies from the bottom up; each is followed by how it is closed. They are closed from the top down. */
export async function start(config: Config, overrides: Overrides = {}): Promise<RunningDispatcher> {
  const logger = overrides.logger ?? createLogger({ service: 'dispatcher', level: config.LOG_LEVEL })
  const clock = overrides.clock ?? systemClock
  const lifecycle = createLifecycle({ logger, budgetMs: 24_000 })
  try {
    return await open(config, overrides, { logger, clock, lifecycle })
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

async function open(
  config: Config,
  overrides: Overrides,
  {
    logger,
    clock,
    lifecycle,
  }: { logger: Logger; clock: Clock; lifecycle: ReturnType<typeof createLifecycle> },
): Promise<RunningDispatcher> {
  const registry = createMetrics({ service: 'dispatcher' })
  const metrics = createDispatcherMetrics(registry)
  const tracing = initTracing({
    service: 'dispatcher',
    ...(config.OTEL_EXPORTER_OTLP_ENDPOINT && { endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT }),
  })
  lifecycle.onStop('tracing', () => tracing.stop(), { timeoutMs: 2_000 })
  const admin = createAdmin({ port: config.ADMIN_PORT, host: config.BIND_HOST, metrics: registry, logger })
  lifecycle.onStop('admin', () => admin.stop())

  const db = openLedger({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL_MAX,
    service: 'dispatcher',
    logger,
  })
  lifecycle.onStop('database', () => db.close(), { timeoutMs: 6_000 })
  await checkDatabase(db.sql)
  await maintainDays(db)
  admin.addCheck('postgres', () => db.ping())

  const bus = await connectBus({
    servers: config.NATS_URL,
    ...(config.NATS_USER && { user: config.NATS_USER }),
    ...(config.NATS_PASSWORD && { pass: config.NATS_PASSWORD }),
    name: 'dispatcher',
    logger,
    metrics: registry,
  })
  lifecycle.onStop('bus', () => bus.close(), { timeoutMs: 6_000 })
  admin.addCheck('nats', () => bus.isConnected())
  const relay = startRelay({
    db,
    bus: bus as never,
    areas: ['dispatch'],
    logger,
    onAge: ({ durable }) => metrics.outboxAge.set(durable),
  })
  lifecycle.onStop('relay', () => relay.stop(), { timeoutMs: 6_000 })

  const token = serviceTokenSource({
    service: 'dispatcher',
    secret: config.SERVICE_SECRET,
    tenancyAddress: config.TENANCY_ADDRESS,
    logger,
  })
  lifecycle.onStop('service token', () => token.close())
  const callerKeys = tenancyCallerKeys(config.TENANCY_ADDRESS)
  lifecycle.onStop('caller keys', () => callerKeys.close())
  const client = { token, logger, metrics: registry }
  const numbers = createClient(numbersV1.NumbersServiceService, {
    ...client,
    address: config.TENANCY_ADDRESS,
    audience: 'tenancy',
    deadlineMs: 3_000,
  })
  lifecycle.onStop('tenancy client', () => numbers.close())
  const credentials = createCredentials(numbers)
  let inbox = overrides.inbox ?? noInbox
  if (!overrides.inbox && config.INBOX_ADDRESS) {
    const address = config.INBOX_ADDRESS
    const rpc = createClient(inboxV1.InboxServiceService, {
      ...client,
      address,
      audience: 'inbox',
      deadlineMs: 1_000,
    })
    lifecycle.onStop('inbox client', () => rpc.close())
    inbox = createInboxWindows(rpc)
  }
  const reach = createGraphReach(config.GRAPH_BASE_URL, clock)
  let files = overrides.files ?? noMetaFiles
  if (!overrides.files && config.MEDIA_ADDRESS) {
    const address = config.MEDIA_ADDRESS
    const rpc = createClient(mediaV1.MediaServiceService, {
      ...client,
      address,
      audience: 'media',
      deadlineMs: 2_000,
    })
    lifecycle.onStop('media client', () => rpc.close())
    files = createMetaFiles(rpc)
  }
  let graph = overrides.graph
  if (!graph) {
    const real = createGraph(config.GRAPH_BASE_URL, config.CALLS_MAX, reach.answered)
    lifecycle.onStop('graph', () => real.close())
    graph = real
  }
  const toInbox = [durables.ingestWebhooks, durables.inboxIngest]
  const intake = createIntake({ progress: bus.progress, chain: toInbox, logger })
  const keptAside = async () =>
    (await Promise.all(toInbox.map(bus.keptAside))).reduce((sum, count) => sum + count, 0)
  const lanes = createLanes({
    db,
    inbox,
    files,
    settledUntil: overrides.settledUntil ?? unknownSettledUntil,
    windowSettled: createWindowSettled({ intake, keptAside, clock, logger }),
    credentials,
    graph,
    failpoint: createFailpoint(config.PALOMAR_TEST_FAILPOINT),
    clock,
    logger,
    metrics,
    graphVersion: config.GRAPH_VERSION,
    graphDeadlineMs: config.GRAPH_TIMEOUT_MS,
    inFlightMax: config.CALLS_MAX,
  })
  lifecycle.onStop('lanes', () => lanes.stop(), { timeoutMs: 18_000 })
  observeQueue(
    registry,
    () => readQueueDepth(db, lanes.partitions()),
    () => clock.now(),
  )
  const upkeep = startUpkeep({ db, clock, logger, wake: lanes.wake, sweepDoubts: lanes.sweepDoubts })
  lifecycle.onStop('upkeep', () => upkeep.stop(), { timeoutMs: 5_000 })
  const unsubscribe = bus.onSignal(coreSubjects.wake.pattern, (subject) =>
    lanes.wake(Number(subject.split('.')[1])),
  )
  lifecycle.onStop('wakes', unsubscribe)
  // Switched off, rows stay where they are: nothing is attempted and nothing is lost (M30).
  if (config.WHATSAPP_ENABLED) await lanes.start()

  // Consumers.
  const probe = () => db.ping().then(() => true)
  const consumeOptions = { probe, mutation: config.PALOMAR_TEST_MUTATION }
  const wakeAll = (partitions: readonly number[]) => {
    for (const partition of partitions) bus.signal(coreSubjects.wake.of(partition))
  }
  const consumers = await Promise.all([
    bus.consume(areas.ingest, durables.dispatcherIngest, createIngestHandler({ db, clock, metrics }), {
      ...consumeOptions,
      concurrency: 2,
      eventsMax: 512,
    }),
    bus.consume(areas.inbox, durables.dispatcherInbox, createInboxHandler({ db, clock }), consumeOptions),
    bus.consume(
      areas.tenancy,
      durables.dispatcherTenancy,
      createTenancyHandler({ db, wake: (partition) => wakeAll([partition]) }),
      consumeOptions,
    ),
  ])
  lifecycle.onStop('consumers', () => Promise.all(consumers.map((consumer) => consumer.stop(5_000))), {
    timeoutMs: 6_000,
  })
  const untap = bus.tap(areas.tenancy, (events) => {
    for (const { payload } of events) {
      const id = payload?.$case === 'numberChanged' ? parseId('number', payload.value.numberId) : undefined
      if (id) credentials.drop(uuidOf(id))
    }
  })
  lifecycle.onStop('tap', untap)

  // RPCs.
  const templates = createTemplates({
    api: graph,
    credentials,
    graphVersion: config.GRAPH_VERSION,
    logger,
    now: () => clock.now(),
  })
  const accept = createAccept({
    readState: createStateReader(db),
    inbox,
    intake,
    files,
    ledger: createLedger(db, wakeAll),
    templates: templates.known,
    clock,
    logger,
    metrics,
  })
  const server = createServer({
    service: 'dispatcher',
    port: config.GRPC_PORT,
    host: config.BIND_HOST,
    logger,
    metrics: registry,
    callerKeys,
    parts: { postgres: () => db.ping(), nats: () => bus.isConnected(), graph: () => reach.isReachable() },
  })
  server.add(dispatcherV1.DispatcherServiceService, {
    acceptMessages: config.WHATSAPP_ENABLED ? acceptMessages(accept) : refuseMessages,
    getMessage: getMessage(db),
    cancelMessage: cancelMessage({ db, clock }),
    listTemplates: listTemplates(db, templates.list),
    checkNumber: checkNumber({
      db,
      api: graph,
      credentials,
      tellStanding: (request) => numbers.recordStanding(request),
      graphVersion: config.GRAPH_VERSION,
      clock,
      logger,
    }),
  })
  const grpc = await server.start()
  lifecycle.onStop('rpc', () => server.stop(5_000), { timeoutMs: 6_000 })
  admin.setReady(true)
  lifecycle.onStop('readiness', () => admin.setReady(false))

  return { ports: { grpc, admin: admin.port }, stop: async () => void (await lifecycle.stop()) }
}
