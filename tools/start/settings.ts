import { join } from 'node:path'
import type { Service } from '@palomar/contracts'
import { type DataStores, natsLogin } from './data-stores.ts'
import type { StartOptions } from './options.ts'
import { roleUrl } from './provision.ts'
import type { Secrets } from './secrets.ts'
import { type Counterpart, playedEnvironment } from './whatsapp.ts'

export type ServiceName = Service

export const adminEmail = 'admin@palomar.demo'

/** Everything the processes are told, decided before the first of them starts. */
export interface Settings {
  options: StartOptions
  counterpart: Counterpart
  secrets: Secrets
  stores: DataStores
  /** Of the database the services share. */
  adminUrl: string
  grpcPorts: Record<ServiceName, number>
  adminPorts: Record<ServiceName, number>
  gatewayPort: number
  dashboardPort: number
  simulatorPort: number
}

/** Of the environment's company: the operator's own, or one of this folder. */
export const environmentApiKey = (secrets: Secrets) => process.env.SEED_API_KEY || secrets.environmentApiKey

export const gatewayUrl = (settings: Settings) => `http://127.0.0.1:${settings.gatewayPort}`
export const dashboardUrl = (settings: Settings) => `http://127.0.0.1:${settings.dashboardPort}`
export const simulatorUrl = (settings: Settings) => `http://127.0.0.1:${settings.simulatorPort}`

/** The environment of one service, on top of what bin/start was given. */
export function serviceEnvironment(service: ServiceName, settings: Settings): Record<string, string> {
  return { ...everyService(service, settings), ...own[service](settings) }
}

function everyService(service: ServiceName, settings: Settings): Record<string, string> {
  const { secrets, stores } = settings
  const login = natsLogin(stores, secrets, service)
  const hasSchema = service !== 'gateway'
  return {
    ...(hasSchema ? { DATABASE_URL: roleUrl(settings.adminUrl, `palomar_${service}`, secrets) } : {}),
    NATS_URL: withoutLogin(stores.nats.url),
    ...(login ? { NATS_USER: login.user, NATS_PASSWORD: login.pass } : {}),
    BIND_HOST: '127.0.0.1',
    GRPC_PORT: String(settings.grpcPorts[service]),
    ADMIN_PORT: String(settings.adminPorts[service]),
    SERVICE_SECRET: secrets.services[service] ?? '',
    TENANCY_ADDRESS: addressOf('tenancy', settings),
    // The demo company is made by its people's API; tenancy would make another one for the same number.
    ...(settings.counterpart === 'demo' ? { WHATSAPP_MOCK_MODE: '' } : {}),
  }
}

const own: Record<ServiceName, (settings: Settings) => Record<string, string>> = {
  tenancy: ({ secrets, counterpart }) => ({
    MASTER_KEYS: secrets.masterKeys,
    APP_SECRETS_KEY: secrets.appSecretsKey,
    ...(process.env.JWT_SECRET ? {} : { SIGNING_KEY_SEED: secrets.signingKeySeed }),
    SERVICE_SECRETS: JSON.stringify(secrets.services),
    SEED_ADMIN_EMAIL: adminEmail,
    SEED_ADMIN_PASSWORD: secrets.loginPassword,
    ...(counterpart === 'demo' ? {} : { SEED_API_KEY: environmentApiKey(secrets) }),
  }),
  ingest: ({ secrets }) => ({ ARCHIVE_KEYS: secrets.archiveKeys }),
  inbox: () => ({}),
  media: (settings): Record<string, string> => ({
    URL_SIGNING_KEY: settings.secrets.urlSigningKey,
    // The rest of S3's settings are in the environment, as the operator wrote them.
    ...(process.env.S3_ENDPOINT
      ? { BLOB_DRIVER: 's3' }
      : { BLOB_DRIVER: 'file', BLOB_FOLDER: join(settings.options.folder, 'media') }),
    ...(settings.options.simulator ? { GRAPH_BASE_URL: simulatorUrl(settings) } : {}),
  }),
  analytics: (settings) => ({ INBOX_ADDRESS: addressOf('inbox', settings) }),
  automation: (settings) => ({
    DISPATCHER_ADDRESS: addressOf('dispatcher', settings),
    // On one machine webhooks go to loopback.
    ALLOW_PRIVATE_WEBHOOKS: process.env.ALLOW_PRIVATE_WEBHOOKS ?? 'true',
  }),
  // Without the simulator the dispatcher's own default holds: Meta's API.
  dispatcher: (settings): Record<string, string> => ({
    INBOX_ADDRESS: addressOf('inbox', settings),
    MEDIA_ADDRESS: addressOf('media', settings),
    ...(settings.options.simulator ? { GRAPH_BASE_URL: simulatorUrl(settings) } : {}),
  }),
  gateway: (settings) => ({
    HTTP_PORT: String(settings.gatewayPort),
    APP_SECRETS_KEY: settings.secrets.appSecretsKey,
    INBOX_ADDRESS: addressOf('inbox', settings),
    DISPATCHER_ADDRESS: addressOf('dispatcher', settings),
    INGEST_ADDRESS: addressOf('ingest', settings),
    MEDIA_ADDRESS: addressOf('media', settings),
    ANALYTICS_ADDRESS: addressOf('analytics', settings),
    AUTOMATION_ADDRESS: addressOf('automation', settings),
    PUBLIC_URL: gatewayUrl(settings),
    ALLOWED_ORIGINS: [dashboardUrl(settings), process.env.ALLOWED_ORIGINS].filter(Boolean).join(','),
    // On one machine everyone signs in from one address, and no balancer needs to notice that we stop.
    LOGIN_ATTEMPTS_MAX: process.env.LOGIN_ATTEMPTS_MAX ?? '100',
    STOP_GRACE_MS: process.env.STOP_GRACE_MS ?? '0',
    ...(settings.stores.redis ? { REDIS_URL: settings.stores.redis.url } : {}),
  }),
}

const addressOf = (service: ServiceName, { grpcPorts }: Settings) => `127.0.0.1:${grpcPorts[service]}`

function withoutLogin(url: string): string {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare.href.replace(/\/$/, '')
}

export function simulatorEnvironment(settings: Settings): Record<string, string> {
  const { secrets, counterpart } = settings
  const demo = {
    SIMULATOR_APP_SECRET: secrets.appSecret,
    SIMULATOR_VERIFY_TOKEN: secrets.verifyToken,
    SIMULATOR_ACCESS_TOKEN: secrets.graphToken,
  }
  return {
    SIMULATOR_PORT: String(settings.simulatorPort),
    SIMULATOR_WEBHOOK_URL: `${gatewayUrl(settings)}/webhooks/whatsapp`,
    ...(counterpart === 'mock' ? playedEnvironment() : demo),
    // What customers have said is as much data as what the company has.
    SIMULATOR_STATE_FILE: join(settings.options.folder, 'simulator.json'),
  }
}

export function dashboardEnvironment(settings: Settings): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: String(settings.dashboardPort),
    ORIGIN: dashboardUrl(settings),
    GATEWAY_URL: gatewayUrl(settings),
    GATEWAY_PUBLIC_URL: gatewayUrl(settings),
    // Files of up to 100 MB pass through it.
    BODY_SIZE_LIMIT: '101M',
    ...(settings.options.simulator ? { VIRTUAL_PHONE_URL: simulatorUrl(settings) } : {}),
  }
}
