import { type Env, loadConfig, serviceVars, vars } from '@palomar/runtime'
import { z } from 'zod'

export const configSchema = z.object({
  ...serviceVars,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as the role `palomar_analytics`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections to Postgres'),
})

export type Config = z.output<typeof configSchema>

export function analyticsConfig(env?: Env): Config {
  return loadConfig(configSchema, env)
}
