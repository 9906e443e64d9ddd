import { hkdfSync } from 'node:crypto'
import { ConfigError, type Env, loadConfig, serviceVars, vars } from '@palomar/runtime'
import { type Keyring, parseKeyring } from '@palomar/seal'
import { z } from 'zod'
import { isEmail, normalizeEmail } from './domain/email.ts'
import {
  type FirstCompany,
  firstCompanyOf,
  ignoredVariables,
  whatsappProblems,
  whatsappVars,
} from './environment/variables.ts'
import { passwordLengthMax, passwordLengthMin } from './passwords.ts'

const keyring = () =>
  z.string().transform((text, context): Keyring => {
    try {
      return parseKeyring(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' })
      return z.NEVER
    }
  })

const seeds = () =>
  vars
    .list()
    .refine(
      (list) => list.length > 0 && list.every((seed) => Buffer.from(seed, 'base64').length === 32),
      'each must be 32 bytes in base64',
    )

const secretsByService = () =>
  z.string().transform((text, context): ReadonlyMap<string, string> => {
    const parsed = z.record(z.string(), z.string().min(16)).safeParse(jsonOf(text))
    if (parsed.success) return new Map(Object.entries(parsed.data))
    context.addIssue({
      code: 'custom',
      message: 'must be a JSON object: service → secret of 16 characters or more',
    })
    return z.NEVER
  })

const days = (fallback: number) => vars.int(1, 366).default(fallback)
const { SERVICE_SECRET: _own, TENANCY_ADDRESS: _self, ...common } = serviceVars

export const configSchema = z.object({
  ...common,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as the role `palomar_tenancy`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections to Postgres'),
  MASTER_KEYS: keyring().describe(
    'keyring that seals data keys and app secrets: `id:base64` of 32 bytes each, comma-separated, current first',
  ),
  APP_SECRETS_KEY: keyring().describe(
    "the same for the gateway's snapshot of app secrets; the gateway has it too",
  ),
  SIGNING_KEY_SEED: seeds()
    .optional()
    .describe(
      'Ed25519 seeds (32 bytes, base64), comma-separated: the first signs caller and access tokens, all verify; required unless `JWT_SECRET` is given',
    ),
  JWT_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('in place of `SIGNING_KEY_SEED`: 32 characters or more, from which one seed is derived'),
  SERVICE_SECRETS: secretsByService().describe(
    "JSON object: each service's `SERVICE_SECRET`, or `sha256:` and its SHA-256 in hex",
  ),
  SEED_ADMIN_EMAIL: z
    .string()
    .refine((text) => isEmail(normalizeEmail(text)), 'is not an e-mail address')
    .optional()
    .describe('first platform admin, made when there is none'),
  SEED_ADMIN_PASSWORD: z
    .string()
    .min(passwordLengthMin)
    .max(passwordLengthMax)
    .optional()
    .describe('his password'),
  JWT_EXPIRE_HOURS: z.coerce
    .number()
    .positive()
    .max(720)
    .default(0.25)
    .describe('life of an access token, in hours; one that is revoked ends sooner'),
  REFRESH_EXPIRE_DAYS: days(30).describe('how long a refresh token waits to be used'),
  SESSION_EXPIRE_DAYS: days(90).describe('life of a session, however often it is refreshed'),
  LOGIN_ATTEMPTS_MAX: vars.int(1, 1000).default(10).describe('password attempts per account and window'),
  LOGIN_WINDOW_MINUTES: vars.int(1, 1440).default(15).describe('that window'),
  ...whatsappVars,
})

export type Config = Omit<z.output<typeof configSchema>, 'SIGNING_KEY_SEED'> & {
  SIGNING_KEY_SEED: string[]
  firstCompany: FirstCompany | undefined
  ignored: ReturnType<typeof ignoredVariables>
}

export function tenancyConfig(env: Env = process.env): Config {
  const problems = [
    ...whatsappProblems(env),
    ...(env.SIGNING_KEY_SEED || env.JWT_SECRET
      ? []
      : ['SIGNING_KEY_SEED: is required, or JWT_SECRET in its place']),
  ]
  const config = parsed(env, problems)
  return {
    ...config,
    SIGNING_KEY_SEED: config.SIGNING_KEY_SEED ?? [seedFrom(config.JWT_SECRET ?? '')],
    firstCompany: firstCompanyOf(config),
    ignored: ignoredVariables(env),
  }
}

/** What is wrong by itself and what is wrong together, in one message. */
function parsed(env: Env, problems: string[]): z.output<typeof configSchema> {
  try {
    const config = loadConfig(configSchema, env)
    if (problems.length === 0) return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError([...error.problems, ...problems])
  }
  throw new ConfigError(problems)
}

/** The same secret gives the same seed, here and in every replica. */
function seedFrom(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'palomar signing key seed', 32)).toString('base64')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
