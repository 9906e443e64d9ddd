/** A gateway on real NATS with the users and streams of production, and stubs behind it. */
import { type Bus, connectBus } from '@palomar/bus'
import { buckets } from '@palomar/contracts'
import { type Logger, loadConfig } from '@palomar/runtime'
import { generateKey, parseKeyring, seal } from '@palomar/seal'
import { silentLogger, type TestBus, testBus } from '@palomar/testkit'
import { gatewayConfig, type Service, start } from '../src/index.ts'
import { type Stubs, startStubs } from './stubs.ts'

export const appSecretsKey = `a:${Buffer.from(generateKey()).toString('base64')}`
const ring = parseKeyring(appSecretsKey)

export interface App {
  app_id: string
  slug: string
  secrets: string[]
  verify_token: string
}

export const demoApp: App = {
  app_id: 'app_demo',
  slug: 'default',
  secrets: ['first secret', 'second secret'],
  verify_token: 'verify me',
}

export const sealApp = (app: App): Uint8Array => seal(ring, JSON.stringify(app), app.slug)

/** As tenancy writes it: entries first, the marker last. */
export async function writeSnapshot(tenancy: Bus, apps: readonly App[], options: { marker?: boolean } = {}) {
  const bucket = tenancy.kv(buckets.appSecrets.name)
  for (const app of apps) await bucket.put(app.slug, sealApp(app))
  if (options.marker === false) return
  await bucket.put(
    '_marker',
    new TextEncoder().encode(JSON.stringify({ revision: Date.now(), apps: apps.length })),
  )
}

export interface World {
  nats: TestBus
  stubs: Stubs
  /** Signed in as another service. */
  as(service: 'tenancy' | 'inbox' | 'ingest' | 'dispatcher'): Promise<Bus>
  gateway(env?: Record<string, string>, logger?: Logger): Promise<Gateway>
  stop(): Promise<void>
}

export interface Gateway {
  url: string
  adminUrl: string
  service: Service
  /** With this credential when given; the body as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>
}

export interface CallOptions {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

export async function startWorld(): Promise<World> {
  const nats = await testBus()
  const stubs = await startStubs()
  const closers: (() => Promise<unknown>)[] = []

  return {
    nats,
    stubs,
    async as(service) {
      const bus = await connectBus({ ...nats.login(service), name: service, logger: silentLogger })
      closers.push(() => bus.close())
      return bus
    },
    async gateway(env = {}, logger = silentLogger) {
      const login = nats.login('gateway')
      const config = loadConfig(gatewayConfig, {
        NATS_URL: login.servers,
        NATS_USER: login.user,
        NATS_PASSWORD: login.pass,
        SERVICE_SECRET: 'secret',
        TENANCY_ADDRESS: stubs.addresses.tenancy,
        INBOX_ADDRESS: stubs.addresses.inbox,
        DISPATCHER_ADDRESS: stubs.addresses.dispatcher,
        INGEST_ADDRESS: stubs.addresses.ingest,
        MEDIA_ADDRESS: stubs.addresses.media,
        ANALYTICS_ADDRESS: stubs.addresses.analytics,
        AUTOMATION_ADDRESS: stubs.addresses.automation,
        APP_SECRETS_KEY: appSecretsKey,
        STOP_GRACE_MS: '0',
        RATE_PER_SECOND: '100000',
        ...env,
      })
      const service = await start(config, { logger })
      closers.push(() => service.stop())
      const url = `http://127.0.0.1:${service.ports.http}`
      return {
        url,
        adminUrl: `http://127.0.0.1:${service.ports.admin}`,
        service,
        call: (method, path, options = {}) => call(url, method, path, options),
      }
    },
    async stop() {
      for (const close of closers.reverse()) await close()
      await stubs.stop()
      await nats.stop()
    },
  }
}

function call(
  url: string,
  method: string,
  path: string,
  { token, body, headers }: CallOptions,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}
