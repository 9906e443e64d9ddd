import { join } from 'node:path'
import { loadConfig, vars } from '@palomar/runtime'
import { z } from 'zod'

const passwords = z.string().transform((text, context): Record<string, string> => {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text))
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be JSON such as {"palomar_migrator":"…","palomar_inbox":"…"}',
    })
    return z.NEVER
  }
})

const postgresUrl = () => vars.url('postgres:', 'postgresql:')

export const provisionVars = z.object({
  DATABASE_ADMIN_URL: postgresUrl().describe(
    'a role that may create roles with BYPASSRLS, connected to the database',
  ),
  DATABASE_PASSWORDS: passwords.describe(
    'JSON: role → password, for `palomar_migrator` and each `palomar_<service>`',
  ),
})

export const migrateVars = z.object({
  DATABASE_MIGRATOR_URL: postgresUrl().describe('as `palomar_migrator`'),
  SERVICES_FOLDER: vars
    .text()
    .optional()
    .describe('where `<service>/drizzle` lies; `services/` of the clone, or what the image carries'),
})

export function readProvisionConfig(): { adminUrl: string; passwords: Record<string, string> } {
  const { DATABASE_ADMIN_URL, DATABASE_PASSWORDS } = loadConfig(provisionVars)
  return { adminUrl: DATABASE_ADMIN_URL, passwords: DATABASE_PASSWORDS }
}

export function readMigrateConfig(): { url: string; servicesFolder: string } {
  const { DATABASE_MIGRATOR_URL, SERVICES_FOLDER } = loadConfig(migrateVars)
  return {
    url: DATABASE_MIGRATOR_URL,
    servicesFolder: SERVICES_FOLDER ?? join(import.meta.dir, '../../../services'),
  }
}
