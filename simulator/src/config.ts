import { vars } from '@palomar/runtime'
import { z } from 'zod'

export const configSchema = z.object({
  SIMULATOR_HOST: vars.text().default('127.0.0.1').describe('address to listen on; `0.0.0.0` in a container'),
  SIMULATOR_PORT: vars.port().default(4010).describe('where it listens; 0 takes a free port'),
  SIMULATOR_WEBHOOK_URL: vars
    .url('http:', 'https:')
    .optional()
    .describe(
      'where the default app’s webhooks go, other apps’ to the same path with their slug; without it none are sent',
    ),
  SIMULATOR_APP_SECRET: z
    .string()
    .default('simulator-app-secret')
    .describe('signs the webhooks of the default app'),
  SIMULATOR_VERIFY_TOKEN: z.string().default('simulator-verify-token').describe('shown for the handshake'),
  SIMULATOR_ACCESS_TOKEN: z
    .string()
    .default('simulator-access-token')
    .describe('token of the demo number; each other number has its own'),
  SIMULATOR_PHONE_NUMBER_ID: z
    .string()
    .regex(/^\d{1,32}$/, 'must be digits')
    .optional()
    .describe('Meta’s id of the demo number, when it is to be another one'),
  SIMULATOR_WABA_ID: z
    .string()
    .regex(/^\d{1,32}$/, 'must be digits')
    .optional()
    .describe('of its account'),
  SIMULATOR_VIRTUAL_CLOCK: vars
    .flag()
    .default(false)
    .describe('time stands still and goes on by POST /control/clock alone; it begins on 1 January 2026'),
  SIMULATOR_SCENARIO: z
    .string()
    .optional()
    .describe('a JSON file of steps that are played from the start; see README'),
  SIMULATOR_SEED: vars.int(0, 2_147_483_647).default(1).describe('same seed, same faults'),
  SIMULATOR_STATE_FILE: z.string().optional().describe('keeps chats and windows over a restart'),
  SIMULATOR_LATENCY_MS: vars.int(0, 600_000).default(0).describe('how long Graph takes to answer a send'),
  SIMULATOR_EXTRA_NUMBERS: vars
    .int(0, 20_000)
    .default(0)
    .describe('further numbers in the demo’s account, for load tests'),
  SIMULATOR_EXTRA_THROUGHPUT: vars
    .int(1, 100_000)
    .default(80)
    .describe('messages per second of each of them'),
})

export type Config = z.output<typeof configSchema>
