import { type Env, loadConfig, serviceVars, vars } from '@palomar/runtime'
import { type Keyring, parseKeyring } from '@palomar/seal'
import { z } from 'zod'
import { failpointNames } from './failpoint.ts'

const keyring = () =>
  z.string().transform((text, context): Keyring => {
    try {
      return parseKeyring(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' })
      return z.NEVER
    }
  })

export const configSchema = z.object({
  ...serviceVars,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as the role `palomar_ingest`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(6).describe('connections to Postgres'),
  ARCHIVE_KEYS: keyring().describe(
    'keyring that seals changes without a company: `id:base64` of 32 bytes each, comma-separated, current first',
  ),
  ROUTE_TTL_SECONDS: vars
    .int(1, 3_600)
    .default(30)
    .describe('how long a number’s company is remembered when no event says otherwise'),
  PALOMAR_TEST_FAILPOINT: z
    .enum(failpointNames)
    .optional()
    .describe('tests only: where this process kills itself'),
  PALOMAR_TEST_MUTATION: z
    .enum(['ack-before-commit'])
    .optional()
    .describe(
      'tests only: acknowledges before the effect, so that a kill test can show that it would see the loss',
    ),
})

export type Config = z.output<typeof configSchema>

export function ingestConfig(env?: Env): Config {
  return loadConfig(configSchema, env)
}
