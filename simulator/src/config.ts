import { vars } from '@palomar/runtime'
import { z } from 'zod'

export const configSchema = z.object({
  SIMULATOR_PORT: vars
    .int(0, 65_535)
    .default(4010)
    .describe('where it listens, on loopback; 0 takes a free port'),
  SIMULATOR_WEBHOOK_URL: vars
    .url('http:', 'https:')
    .optional()
    .describe('where the app’s webhooks go; without it none are sent'),
  SIMULATOR_APP_SECRET: z.string().default('simulator-app-secret').describe('signs the webhooks'),
  SIMULATOR_VERIFY_TOKEN: z.string().default('simulator-verify-token').describe('shown for the handshake'),
  SIMULATOR_ACCESS_TOKEN: z
    .string()
    .default('simulator-access-token')
    .describe('token of the demo number; each other number has its own'),
  SIMULATOR_SEED: vars.int(0, 2_147_483_647).default(1).describe('same seed, same faults'),
  SIMULATOR_STATE_FILE: z.string().optional().describe('keeps chats and windows over a restart'),
})

export type Config = z.output<typeof configSchema>
