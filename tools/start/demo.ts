import { type Server, StartFailure } from '../servers/index.ts'
import { apiClient } from './api-client.ts'
import { type DataStores, startDataStores } from './data-stores.ts'
import { type ManagedProcess, manageProcess, type ProcessSpec } from './managed-process.ts'
import type { StartOptions } from './options.ts'
import { takePorts } from './ports.ts'
import { dashboard, prepareDashboard, serviceWaves } from './processes.ts'
import { provisionPostgres } from './provision.ts'
import { provisionNats } from './provision-nats.ts'
import { lockFolder } from './run-lock.ts'
import { loadSecrets, type Secrets } from './secrets.ts'
import { type Login, platformLogin, type Seeded, seedDemo } from './seed.ts'
import {
  dashboardUrl,
  environmentApiKey,
  gatewayUrl,
  type ServiceName,
  type Settings,
  simulatorUrl,
} from './settings.ts'
import { type Timings, timings } from './timings.ts'
import { counterpartOf, unofficialVariables, withCounterpart } from './whatsapp.ts'

type Closer = () => Promise<void> | void

/** A whole Palomar that runs. */
export interface Demo {
  urls: { gateway: string; api: string; docs: string; dashboard?: string; simulator?: string }
  logins: Login[]
  /** Of the demo company; undefined without demo data. */
  apiKey: string | undefined
  tenantId: string | undefined
  /** By name: tenancy, ingest, inbox, dispatcher, gateway, simulator, dashboard. */
  processes: Record<string, ManagedProcess>
  stores: DataStores
  settings: Settings
  timings: Timings
  /** Resolves with one line when a process ends that nobody stopped. */
  died: Promise<string>
  /** Everything, latest first. Safe to call twice. */
  stop(): Promise<void>
}

export interface DemoHooks {
  /** Hears of progress, a line each. */
  say?(line: string): void
  /** On top of what each process gets, by its name; `every` is for all. */
  env?: Partial<Record<ServiceName | 'simulator' | 'dashboard' | 'every', Record<string, string>>>
  /** Turns true when the start is to be given up. */
  signal?: AbortSignal
}

/** Starts everything, in waves; what had started is stopped again when a later step fails. */
export async function startDemo(options: StartOptions, hooks: DemoHooks = {}): Promise<Demo> {
  const closers: Closer[] = []
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= closeAll(closers)
    return stopping
  }
  const death = Promise.withResolvers<string>()
  const start = startAll(options, hooks, closers, death.resolve)
  try {
    const demo = await Promise.race([start, givenUp(death.promise, hooks.signal)])
    return { ...demo, died: death.promise, stop }
  } catch (error) {
    // What is still starting fails over its neighbours' end; the first reason is the one to tell.
    start.catch(() => undefined)
    await stop()
    throw error
  }
}

/** Rejects when a process that was ready dies before all are, or when nobody wants the start any more. */
function givenUp(died: Promise<string>, signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    void died.then((line) => reject(new StartFailure(line)))
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function startAll(
  asked: StartOptions,
  hooks: DemoHooks,
  closers: Closer[],
  onDeath: (line: string) => void,
): Promise<Omit<Demo, 'died' | 'stop'>> {
  const say = hooks.say ?? (() => undefined)
  const time = timings()
  const counterpart = counterpartOf()
  const options = withCounterpart(asked, counterpart)
  const unread = unofficialVariables()
  if (unread.length > 0)
    say(`warning: variables of unofficial WhatsApp clients are ignored: ${unread.join(', ')}`)
  const ports = await takePorts(options)
  closers.push(lockFolder(options.folder))
  const secrets = loadSecrets(options.folder)
  // Building takes a while on a first start: it runs beside everything that does not need it.
  const dashboardReady = prepareDashboard(options, time)
  dashboardReady.catch(() => undefined)

  say('Starting Postgres, NATS and Redis')
  const stores = await time.step('data stores', () => startStores(options.folder, secrets, closers))
  if (stores.warning) say(`warning: ${stores.warning}`)
  say('Preparing the database and the streams')
  const [adminUrl] = await Promise.all([
    time.step('database roles and migrations', () => provisionPostgres(stores, secrets, options.bundles)),
    time.step('streams', () => provisionNats(stores, secrets, options.bundles)),
  ])
  const settings: Settings = { options, counterpart, secrets, stores, adminUrl, ...ports }

  const processes: Record<string, ManagedProcess> = {}
  const startWave = async (specs: ProcessSpec[]) => {
    hooks.signal?.throwIfAborted()
    say(`Starting ${specs.map(({ name }) => name).join(', ')}`)
    const managed = specs.map((spec) => manageProcess(withExtra(spec, hooks), onDeath))
    for (const process of managed) processes[process.name] = process
    closers.push(async () => {
      await Promise.all(managed.map((process) => process.stop()))
    })
    await Promise.all(managed.map((process) => time.step(process.name, () => process.start())))
  }
  for (const wave of serviceWaves(settings)) await startWave(wave)
  const demo = () => seedDemo(gatewayUrl(settings), options.folder, secrets)
  const [seeded] = await Promise.all([
    options.demo
      ? time.step('demo data', demo)
      : counterpart === 'demo'
        ? undefined
        : seededByEnvironment(settings),
    options.dashboard ? dashboardReady.then(() => startWave([dashboard(settings)])) : undefined,
  ])
  return {
    urls: urlsOf(settings),
    logins: seeded?.logins ?? [platformLogin(secrets)],
    apiKey: seeded?.apiKey,
    tenantId: seeded?.tenantId,
    processes,
    stores,
    settings,
    timings: time,
  }
}

/** Tenancy has made it; its key says which company it is. Switched off, there is none. */
async function seededByEnvironment(settings: Settings): Promise<Seeded | undefined> {
  if (/^(false|0)$/.test(process.env.WHATSAPP_ENABLED ?? '')) return undefined
  const apiKey = environmentApiKey(settings.secrets)
  const client = apiClient(gatewayUrl(settings), { authorization: `Bearer ${apiKey}` })
  const { tenant } = await client.get<{ tenant: { id: string } }>('/v1/me')
  return { tenantId: tenant.id, apiKey, logins: [platformLogin(settings.secrets)] }
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.reverse()) await close()
}

async function startStores(folder: string, secrets: Secrets, closers: Closer[]): Promise<DataStores> {
  const own: Server[] = []
  // Registered first: one of the three may fail while the others run.
  closers.push(async () => {
    await Promise.all(own.map((server) => server.stop()))
  })
  return await startDataStores(folder, secrets, (server) => own.push(server))
}

function withExtra(spec: ProcessSpec, { env }: DemoHooks): ProcessSpec {
  return { ...spec, env: { ...spec.env, ...env?.every, ...env?.[spec.name as ServiceName] } }
}

function urlsOf(settings: Settings): Demo['urls'] {
  const gateway = gatewayUrl(settings)
  return {
    gateway,
    api: `${gateway}/v1`,
    docs: `${gateway}/docs`,
    ...(settings.options.dashboard ? { dashboard: dashboardUrl(settings) } : {}),
    ...(settings.options.simulator ? { simulator: simulatorUrl(settings) } : {}),
  }
}
