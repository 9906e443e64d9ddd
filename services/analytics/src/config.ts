import { type Env, loadConfig, serviceVars, vars } from '@palomar/runtime'
import { z } from 'zod'

export const configSchema = z.object({
  ...serviceVars,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as the role `palomar_analytics`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections to Postgres'),
  INBOX_ADDRESS: vars.address().describe("inbox's gRPC address, host:port: who is asked for history"),
  PALOMAR_TEST_MUTATION: z
    .enum(['ack-before-commit'])
    .optional()
    .describe(
      'tests only: acknowledges before the effect, so that a kill test can show that it would see the loss',
    ),
})

export type Config = z.output<typeof configSchema>

export function analyticsConfig(env?: Env): Config {
  return loadConfig(configSchema, env)
}
