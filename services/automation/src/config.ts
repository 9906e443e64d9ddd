import { type Env, loadConfig, serviceVars, vars } from '@palomar/runtime'
import { z } from 'zod'
import { failpointNames } from './failpoint.ts'

export const configSchema = z.object({
  ...serviceVars,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as the role `palomar_automation`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections to Postgres'),
  DISPATCHER_ADDRESS: vars.address().describe("dispatcher's gRPC address, host:port"),
  ALLOW_PRIVATE_WEBHOOKS: vars
    .flag()
    .default(false)
    .describe('lets webhooks go to http:// and private networks; for development only'),
  PALOMAR_TEST_FAILPOINT: z
    .enum(failpointNames)
    .optional()
    .describe('tests only: where this process kills itself'),
})

export type Config = z.output<typeof configSchema>

export function automationConfig(env?: Env): Config {
  return loadConfig(configSchema, env)
}
