import { serviceVars, vars } from '@palomar/runtime'
import { type Keyring, parseKeyring } from '@palomar/seal'
import { z } from 'zod'

const keyring = () =>
  z.string().transform((text, context): Keyring => {
    try {
      return parseKeyring(text)
    } catch (error) {
      // Its text names the entry and never quotes it.
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' })
      return z.NEVER
    }
  })

const { GRPC_PORT: _noGrpc, ...common } = serviceVars

export const gatewayConfig = z.object({
  ...common,
  HTTP_PORT: vars
    .port()
    .default(0)
    .describe('port of the API, the webhooks and the sockets; 0 takes a free one'),
  INBOX_ADDRESS: vars.address().describe("inbox's gRPC address, host:port"),
  DISPATCHER_ADDRESS: vars.address().describe("dispatcher's gRPC address, host:port"),
  INGEST_ADDRESS: vars.address().describe("ingest's gRPC address, host:port"),
  MEDIA_ADDRESS: vars.address().describe("media's gRPC address, host:port"),
  ANALYTICS_ADDRESS: vars.address().describe("analytics' gRPC address, host:port"),
  AUTOMATION_ADDRESS: vars.address().describe("automation's gRPC address, host:port"),
  REDIS_URL: vars
    .url('redis:', 'rediss:')
    .optional()
    .describe('shared limits; without it each gateway limits by itself at limit ÷ REPLICAS'),
  REPLICAS: vars.int(1, 1_000).default(1).describe('how many gateways share the limits while Redis is away'),
  APP_SECRETS_KEY: keyring().describe(
    'keyring (id:base64, …) that opens the snapshot of app secrets and seals live cursors, shared with tenancy',
  ),
  PUBLIC_URL: vars
    .url('http:', 'https:')
    .default('http://127.0.0.1')
    .describe('where clients reach this API; shown in OpenAPI'),
  ALLOWED_ORIGINS: vars.list().default([]).describe('browser origins let in by CORS, exact, comma-separated'),
  WHATSAPP_ENABLED: vars
    .flag()
    .default(true)
    .describe('false: webhooks are acknowledged and logged, nothing else'),
  RATE_PER_SECOND: vars
    .int(1, 100_000)
    .default(100)
    .describe('requests per second of one key or user, unless the key says otherwise'),
  LOGIN_ATTEMPTS_MAX: vars.int(1, 100_000).default(5).describe('sign-in attempts per address in 15 minutes'),
  TRUSTED_PROXY_HOPS: vars
    .int(0, 10)
    .default(0)
    .describe('proxies before us that append to X-Forwarded-For; 0 ignores the header'),
  STOP_GRACE_MS: vars
    .int(0, 120_000)
    .default(5_000)
    .describe('how long a stopping gateway stays open so that balancers notice'),
})

export type GatewayConfig = z.output<typeof gatewayConfig>
