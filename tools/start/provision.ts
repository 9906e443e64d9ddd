import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { databaseServices, migrate, openDb, provisionDatabase } from '@palomar/db'
import { repositoryRoot, StartFailure } from '../servers/index.ts'
import { bundleCommand } from './bundle-command.ts'
import type { DataStores } from './data-stores.ts'
import { quiet } from './quiet-logger.ts'
import type { Secrets } from './secrets.ts'

/**
 * Roles, schemas and tables, by the commands of `bundles` when given. Safe to repeat; nothing that is there is lost.
 * Returns where the services connect.
 */
export async function provisionPostgres(
  stores: DataStores,
  secrets: Secrets,
  bundles?: string,
): Promise<string> {
  try {
    const adminUrl = await ourDatabase(stores)
    if (bundles) {
      await provisionByCommand(bundles, adminUrl, secrets)
      return adminUrl
    }
    await provisionDatabase({ adminUrl, passwords: secrets.roles })
    for (const schema of databaseServices) {
      const folder = join(repositoryRoot, 'services', schema, 'drizzle')
      const url = roleUrl(adminUrl, 'palomar_migrator', secrets)
      if (existsSync(folder)) await migrate({ url, folder, schema })
    }
    return adminUrl
  } catch (error) {
    if (error instanceof StartFailure) throw error
    throw new StartFailure(`Postgres could not be set up: ${(error as Error).message.split('\n')[0]}`)
  }
}

async function provisionByCommand(bundles: string, adminUrl: string, secrets: Secrets): Promise<void> {
  await bundleCommand(bundles, 'provision-database', {
    DATABASE_ADMIN_URL: adminUrl,
    DATABASE_PASSWORDS: JSON.stringify(secrets.roles),
  })
  const url = roleUrl(adminUrl, 'palomar_migrator', secrets)
  await bundleCommand(bundles, 'migrate', { DATABASE_MIGRATOR_URL: url })
}

/** In a server of ours a database called palomar; else the one that DATABASE_URL names. */
async function ourDatabase({ postgres }: DataStores): Promise<string> {
  if (!postgres.child) return postgres.url
  const db = openDb({ url: postgres.url, max: 1, service: 'start', logger: quiet })
  try {
    const [known] = await db.sql`select 1 from pg_database where datname = 'palomar'`
    if (!known) await db.sql.unsafe('create database palomar')
  } finally {
    await db.close()
  }
  const url = new URL(postgres.url)
  url.pathname = '/palomar'
  return url.href
}

/** The same database as one of our roles. */
export function roleUrl(adminUrl: string, role: string, secrets: Secrets): string {
  const url = new URL(adminUrl)
  url.username = role
  url.password = secrets.roles[role] ?? ''
  return url.href
}
