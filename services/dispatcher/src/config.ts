import { serviceVars, vars } from '@palomar/runtime'
import { z } from 'zod'
import { failpointNames } from './failpoint.ts'

const meta = 'https://graph.facebook.com'

const variables = z.object({
  ...serviceVars,
  DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as role `palomar_dispatcher`'),
  DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections of this process'),
  INBOX_ADDRESS: vars
    .address()
    .optional()
    .describe(
      "inbox's gRPC address; without it a window that looks closed is accepted and the attempt waits",
    ),
  MEDIA_ADDRESS: vars
    .address()
    .optional()
    .describe("media's gRPC address; without it messages that name files of ours wait"),
  GRAPH_BASE_URL: vars
    .url('http:', 'https:')
    .refine((text) => !/\/v\d+(\.\d+)?\/*$/.test(text), 'must not end in a version: that is GRAPH_VERSION')
    .default(meta)
    .describe('where Graph is (`WHATSAPP_API_BASE_URL` does as well)'),
  GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, 'must be like v23.0')
    .default('v23.0')
    .describe('Graph version of numbers that name none (`WHATSAPP_API_VERSION` does as well)'),
  WHATSAPP_ENABLED: vars
    .flag()
    .default(true)
    .describe('false: sends are refused, and what was accepted before waits'),
  WHATSAPP_MOCK_MODE: vars
    .flag()
    .default(false)
    .describe('true: a simulator plays Meta, and a Graph at Meta is refused'),
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

/** Mock mode that talks to Meta would send real messages to real people. */
export const configSchema = variables.superRefine((config, context) => {
  if (config.WHATSAPP_MOCK_MODE && /(^|\.)facebook\.com$/.test(new URL(config.GRAPH_BASE_URL).hostname))
    context.addIssue({
      code: 'custom',
      path: ['WHATSAPP_MOCK_MODE'],
      message: 'needs the simulator’s address in WHATSAPP_API_BASE_URL',
    })
})

export type Config = z.output<typeof configSchema>
