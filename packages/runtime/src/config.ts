/** Configuration from the environment, parsed once at start. */
import { z } from 'zod'

/** Every problem of an environment in one message, one line each; it never quotes a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: string[]) {
    super(`configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  }
}

/** The environment of this process. Only `config.ts` files touch it. */
export type Env = Record<string, string | undefined>

/**
 * What single-company programs for Meta's API call a variable (ACCEPTANCE O9); read where ours is not set, the first one
 * that is. Problems name the one that was read.
 */
const alsoCalled: Record<string, readonly string[]> = {
  GRAPH_BASE_URL: ['WHATSAPP_API_BASE_URL'],
  GRAPH_VERSION: ['WHATSAPP_API_VERSION'],
  WHATSAPP_ACCESS_TOKEN: ['WHATSAPP_TOKEN'],
  SIMULATOR_APP_SECRET: ['WHATSAPP_APP_SECRET'],
  SIMULATOR_VERIFY_TOKEN: ['WHATSAPP_WEBHOOK_VERIFY_TOKEN'],
  SIMULATOR_ACCESS_TOKEN: ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_TOKEN'],
  SIMULATOR_PHONE_NUMBER_ID: ['WHATSAPP_PHONE_NUMBER_ID'],
  SIMULATOR_WABA_ID: ['WHATSAPP_BUSINESS_ACCOUNT_ID'],
}

/**
 * `env` (the process's own when absent) as `schema` says; throws {@link ConfigError} with all problems at once. An
 * empty variable counts as not set.
 */
export function loadConfig<T extends z.ZodObject>(schema: T, env: Env = process.env): z.output<T> {
  const given: Env = {}
  const readAs = new Map<string, string>()
  for (const name of Object.keys(schema.shape)) {
    const spelt = [name, ...(alsoCalled[name] ?? [])].find((each) => env[each])
    if (spelt === undefined) continue
    given[name] = env[spelt]
    if (spelt !== name) readAs.set(name, spelt)
  }
  const result = parse(schema, given)
  if (result.success) return result.data
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0])
      return lineOf(issue, given).replace(name, readAs.get(name) ?? name)
    }),
  )
}

export interface ConfigRow {
  name: string
  required: boolean
  /** As written in the environment; absent when there is none. Secrets have none. */
  default?: string
  description: string
}

/** One row per variable, for the environment table of a README (a test compares the two). */
export function describeConfig(schema: z.ZodObject): ConfigRow[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const required = new Set(json.required ?? [])
  return Object.entries(json.properties ?? {}).map(([name, property]) => {
    const { default: fallback, description } = property as { default?: unknown; description?: string }
    const row: ConfigRow = { name, required: required.has(name), description: description ?? '' }
    if (fallback !== undefined)
      row.default = typeof fallback === 'string' ? fallback : JSON.stringify(fallback)
    return row
  })
}

/** The table as Markdown, as READMEs have it. */
export function configTable(schema: z.ZodObject): string {
  const rows = describeConfig(schema).map(
    ({ name, required, default: fallback, description }) =>
      `| \`${name}\` | ${required ? 'required' : fallback === undefined ? '' : `\`${fallback}\``} | ${description} |`,
  )
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

function parse<T extends z.ZodObject>(schema: T, env: Env) {
  try {
    return schema.safeParse(env)
  } catch {
    // A transform that throws; its text may quote the value, so each variable is tried by itself instead.
    const problems = Object.entries(schema.shape).flatMap(([name, field]) => {
      try {
        const one = (field as z.ZodType).safeParse(env[name])
        return one.success ? [] : one.error.issues.map((issue) => lineOf({ ...issue, path: [name] }, env))
      } catch {
        return [`${name}: is not valid`]
      }
    })
    throw new ConfigError(problems)
  }
}

function lineOf(issue: { path: PropertyKey[]; message: string; code?: string }, env: Env): string {
  const name = issue.path.map(String).join('.') || 'configuration'
  const value = env[String(issue.path[0])]
  if (value === undefined && issue.code === 'invalid_type') return `${name}: is required`
  const text = value && issue.message.includes(value) ? 'is not valid' : issue.message
  return `${name}: ${text}`
}

const int = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

/** Ready-made variables, so that every service reads the same words the same way. */
export const vars = {
  /** 0 takes a free port. */
  port: () => int(0, 65_535),
  int: (min: number, max: number) => int(min, max),
  flag: () => z.enum(['true', 'false', '1', '0']).transform((word) => word === 'true' || word === '1'),
  text: () => z.string().min(1),
  /** Comma-separated. */
  list: () =>
    z.string().transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
  address: () => z.string().regex(/^.+:\d+$/, 'must be host:port'),
  url: (...protocols: string[]) =>
    z
      .string()
      .refine(
        (text) =>
          URL.canParse(text) && (protocols.length === 0 || protocols.includes(new URL(text).protocol)),
        `must be a URL${protocols.length > 0 ? ` (${protocols.map((p) => `${p}//`).join(', ')})` : ''}`,
      ),
}

/** What every service reads. */
export const serviceVars = {
  NATS_URL: vars.text().describe('NATS server or servers, comma-separated'),
  NATS_USER: vars.text().optional().describe("this service's NATS user"),
  NATS_PASSWORD: vars.text().optional().describe("this service's NATS password"),
  BIND_HOST: vars.text().default('127.0.0.1').describe('address to listen on; `0.0.0.0` in a container'),
  GRPC_PORT: vars.port().default(0).describe('gRPC port; 0 takes a free one'),
  ADMIN_PORT: vars.port().default(0).describe('port of probes and metrics; 0 takes a free one'),
  SERVICE_SECRET: vars.text().describe('what this service shows tenancy to get its service token'),
  TENANCY_ADDRESS: vars.address().describe("tenancy's gRPC address, host:port"),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('least level logged'),
  OTEL_EXPORTER_OTLP_ENDPOINT: vars
    .url('http:', 'https:')
    .optional()
    .describe('OTLP/HTTP collector; tracing is off without it'),
}
