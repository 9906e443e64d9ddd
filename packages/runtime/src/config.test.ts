import { expect, test } from 'bun:test'
import { z } from 'zod'
import { ConfigError, configTable, describeConfig, loadConfig, serviceVars, vars } from './config.ts'

const schema = z.object({
  ...serviceVars,
  MASTER_KEYS: z
    .string()
    .refine((text) => text.includes(':'), { error: (issue) => `cannot read ${issue.input}` })
    .describe('keys'),
  SECRETS: vars
    .text()
    .transform((text) => JSON.parse(text) as Record<string, string>)
    .describe('JSON'),
  RETRIES: vars.int(1, 5).default(3).describe('tries'),
  ORIGINS: vars.list().default([]).describe('origins'),
})
const good = {
  NATS_URL: 'nats://127.0.0.1:4222',
  SERVICE_SECRET: 's3',
  TENANCY_ADDRESS: 'tenancy:50051',
  MASTER_KEYS: 'a:b',
  SECRETS: '{"a":"b"}',
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(schema, env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('all problems are listed in one message, one line each, by the name of the variable', () => {
  const problems = problemsOf({
    NATS_URL: 'x',
    GRPC_PORT: '99999',
    LOG_LEVEL: 'loud',
    TENANCY_ADDRESS: 'nowhere',
  })
  expect(problems.map((line) => line.split(':')[0])).toEqual([
    'GRPC_PORT',
    'SERVICE_SECRET',
    'TENANCY_ADDRESS',
    'LOG_LEVEL',
    'MASTER_KEYS',
    'SECRETS',
  ])
  expect(new ConfigError(problems).message.split('\n')).toHaveLength(7)
  expect(problems).toContain('SERVICE_SECRET: is required')
})

test('O16: a value is never shown, not even by a check or a parser that quotes it', () => {
  const planted = 'hunter2hunter2'
  const env = {
    ...good,
    MASTER_KEYS: planted,
    SECRETS: planted,
    TENANCY_ADDRESS: planted,
    GRPC_PORT: planted,
  }
  const problems = problemsOf(env)
  expect(problems).toHaveLength(4)
  expect(problems.join('\n')).not.toContain(planted)
})

test('an empty variable counts as not set, and defaults hold', () => {
  const config = loadConfig(schema, { ...good, RETRIES: '', LOG_LEVEL: '', ORIGINS: 'a, b,' })
  expect(config).toMatchObject({ RETRIES: 3, LOG_LEVEL: 'info', ORIGINS: ['a', 'b'], SECRETS: { a: 'b' } })
})

test('O9: a variable is also read by the name it has elsewhere; ours wins, and a problem names what was read', () => {
  const graph = z.object({ GRAPH_BASE_URL: vars.url('https:').default('https://a.test') })
  expect(loadConfig(graph, { WHATSAPP_API_BASE_URL: 'https://b.test' }).GRAPH_BASE_URL).toBe('https://b.test')
  const both = { GRAPH_BASE_URL: 'https://c.test', WHATSAPP_API_BASE_URL: 'https://b.test' }
  expect(loadConfig(graph, both).GRAPH_BASE_URL).toBe('https://c.test')
  expect(() => loadConfig(graph, { WHATSAPP_API_BASE_URL: 'nowhere' })).toThrow(
    'WHATSAPP_API_BASE_URL: must be a URL (https://)',
  )
})

test('the table names every variable once, with what is required, defaults and meaning', () => {
  const rows = describeConfig(schema)
  expect(rows.map((row) => row.name).sort()).toEqual(Object.keys(schema.shape).sort())
  expect(rows.find((row) => row.name === 'RETRIES')).toEqual({
    name: 'RETRIES',
    required: false,
    default: '3',
    description: 'tries',
  })
  expect(rows.filter((row) => row.required).map((row) => row.name)).toEqual([
    'NATS_URL',
    'SERVICE_SECRET',
    'TENANCY_ADDRESS',
    'MASTER_KEYS',
    'SECRETS',
  ])
  expect(configTable(schema)).toContain('| `MASTER_KEYS` | required | keys |')
})
