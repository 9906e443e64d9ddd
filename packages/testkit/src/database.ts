import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { databaseServices, migrate, openDb, provisionDatabase, type Sql } from '@palomar/db'
import { repositoryRoot } from '../../../tools/servers/index.ts'
import { silentLogger } from './silent-logger.ts'
import { stack } from './stack.ts'

type DatabaseService = (typeof databaseServices)[number]

/** A database of its own: every role and schema is there, the tables of the services it was asked for too. */
export interface TestDatabase {
  name: string
  /** Superuser. For looking behind the scenes; row-level security does not hold for it. */
  adminUrl: string
  /** As a service's own role connects. */
  urlFor(service: DatabaseService): string
  /** As migrations connect. */
  migratorUrl: string
  drop(): Promise<void>
}

const roles = ['palomar_migrator', ...databaseServices.map((service) => `palomar_${service}`)]
/** Roles are the whole cluster's, so every database of a run has the same. */
const passwordOf = (role: string) => `test-${role}`

let next = 0

/**
 * Copies the provisioned template (some 50 ms, against half a second of provisioning), then runs the migrations of
 * the services named. Call `drop` when done.
 */
export async function testDatabase(...migrated: DatabaseService[]): Promise<TestDatabase> {
  const clusterUrl = await stack().databaseUrl()
  const template = await templateDatabase(clusterUrl)
  const name = `test_${stack().run}_${process.pid}_${next++}_${Math.random().toString(36).slice(2, 7)}`
  await asAdmin(clusterUrl, async (sql) => {
    await sql.unsafe(`create database "${name}" template "${template}"`)
    // Rights on the database itself are not copied.
    await sql.unsafe(
      `revoke all on database "${name}" from public; grant connect on database "${name}" to ${roles};
       grant create on database "${name}" to palomar_migrator`,
    )
  })
  const adminUrl = withDatabase(clusterUrl, name)
  const migratorUrl = withRole(adminUrl, 'palomar_migrator')
  for (const schema of migrated) {
    const folder = join(repositoryRoot, 'services', schema, 'drizzle')
    if (existsSync(folder)) await migrate({ url: migratorUrl, folder, schema })
  }
  return {
    name,
    adminUrl,
    migratorUrl,
    urlFor: (service) => withRole(adminUrl, `palomar_${service}`),
    drop: () =>
      asAdmin(clusterUrl, async (sql) => {
        await sql.unsafe(`drop database if exists "${name}" with (force)`)
      }),
  }
}

/** The template of this run, made by whoever comes first; the others wait for the lock. */
async function templateDatabase(clusterUrl: string): Promise<string> {
  const name = `palomar_template_${stack().run}`
  await asAdmin(clusterUrl, async (sql) => {
    await sql`select pg_advisory_lock(hashtext('palomar.testkit'))`
    const [known] = await sql`select 1 from pg_database where datname = ${name}`
    if (known) return
    const draft = `${name}_draft`
    await sql.unsafe(`drop database if exists "${draft}" with (force)`)
    await sql.unsafe(`create database "${draft}" template template0`)
    const passwords = Object.fromEntries(roles.map((role) => [role, passwordOf(role)]))
    await provisionDatabase({ adminUrl: withDatabase(clusterUrl, draft), passwords })
    await sql.unsafe(`alter database "${draft}" rename to "${name}"`)
  })
  return name
}

async function asAdmin<T>(url: string, fn: (sql: Sql) => Promise<T>): Promise<T> {
  const db = openDb({ url, max: 1, service: 'testkit', logger: silentLogger })
  try {
    return await fn(db.sql)
  } finally {
    await db.close()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

function withRole(url: string, role: string): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = passwordOf(role)
  return changed.href
}
