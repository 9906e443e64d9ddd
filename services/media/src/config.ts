import { type Env, loadConfig, serviceVars, vars } from '@palomar/runtime'
import { z } from 'zod'

/** What the S3 driver cannot do without. */
const s3Names = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const

export const configSchema = z
  .object({
    ...serviceVars,
    DATABASE_URL: vars.url('postgres:', 'postgresql:').describe('Postgres, as the role `palomar_media`'),
    DATABASE_POOL_MAX: vars.int(2, 100).default(10).describe('connections to Postgres'),
    HTTP_PORT: vars.port().default(0).describe('port of signed addresses, for gateways; 0 takes a free one'),
    HTTP_URL: vars
      .url('http:', 'https:')
      .optional()
      .describe('where gateways reach that port; its loopback address without it'),
    URL_SIGNING_KEY: z
      .string()
      .min(32)
      .describe('signs addresses of files and uploads; the same for all replicas, at least 32 characters'),
    BLOB_DRIVER: z
      .enum(['file', 's3'])
      .default('file')
      .describe('where files lie: a folder of this machine, or S3'),
    BLOB_FOLDER: vars.text().default('.palomar/media').describe('`file` only: the folder'),
    S3_ENDPOINT: vars
      .url('http:', 'https:')
      .optional()
      .describe("`s3` only: of a store that is not Amazon's"),
    S3_BUCKET: vars.text().optional().describe('`s3` only: the bucket, which exists'),
    S3_REGION: vars.text().default('us-east-1').describe('`s3` only: its region'),
    S3_ACCESS_KEY_ID: vars.text().optional().describe('`s3` only: who we are'),
    S3_SECRET_ACCESS_KEY: vars.text().optional().describe('`s3` only: what proves it'),
    GRAPH_BASE_URL: vars
      .url('http:', 'https:')
      .refine((text) => !/\/v\d+(\.\d+)?\/*$/.test(text), 'must not end in a version: that is GRAPH_VERSION')
      .default('https://graph.facebook.com')
      .describe('where Graph is (`WHATSAPP_API_BASE_URL` does as well)'),
    GRAPH_VERSION: z
      .string()
      .regex(/^v\d+\.\d+$/, 'must be like v23.0')
      .default('v23.0')
      .describe('Graph version of numbers that name none (`WHATSAPP_API_VERSION` does as well)'),
    GRAPH_TIMEOUT_MS: vars
      .int(1_000, 120_000)
      .default(15_000)
      .describe('how long Graph may take to begin an answer'),
    FETCHES_MAX: vars.int(1, 256).default(8).describe('files fetched from Meta at once; each may hold 10 MB'),
    UPLOADS_MAX: vars.int(1, 64).default(4).describe('files uploaded to Meta at once; each may hold 10 MB'),
  })
  .superRefine((config, context) => {
    if (config.BLOB_DRIVER !== 's3') return
    for (const name of s3Names) {
      if (config[name] === undefined) {
        context.addIssue({ code: 'custom', path: [name], message: 'is required when BLOB_DRIVER is s3' })
      }
    }
  })

export type Config = z.output<typeof configSchema>

export function mediaConfig(env?: Env): Config {
  return loadConfig(configSchema, env)
}
