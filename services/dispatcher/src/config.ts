import { serviceVars, vars } from '@palomar/runtime'
import { z } from 'zod'
import { failpointNames } from './failpoint.ts'

export const configSchema = z.object({
  ...serviceVars,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as role `palomar_dispatcher`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections of this process'),
  INBOX_ADDRESS: vars
    .address()
    .optional()
    .describe(
      "inbox's gRPC address; without it a window that looks closed is accepted and the attempt waits",
    ),
  GRAPH_BASE_URL: vars
    .url('http:', 'https:')
    .default('https://graph.facebook.com')
    .describe('where Graph is'),
  GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, 'must be like v23.0')
    .default('v23.0')
    .describe('Graph version of numbers that name none'),
  GRAPH_TIMEOUT_MS: vars
    .int(1_000, 120_000)
    .default(30_000)
    .describe('an answer later than this is in doubt'),
  CALLS_MAX: vars.int(1, 10_000).default(500).describe('calls to Graph under way at once'),
  PALOMAR_TEST_FAILPOINT: z
    .enum(failpointNames)
    .optional()
    .describe('tests only: where this process kills itself'),
  PALOMAR_TEST_MUTATION: z
    .enum(['ack-before-commit'])
    .optional()
    .describe('tests only: breaks a promise, so that a kill test can show that it would see it'),
})

export type Config = z.output<typeof configSchema>
