import postgres from 'postgres'
import { stack } from './stack.ts'

/** A database of its own, provisioned with every role and schema, empty. */
export interface TestDatabase {
  name: string
  /** Superuser. For looking behind the scenes; row-level security does not hold for it. */
  adminUrl: string
  /** As a service's own role connects (`inbox` → `palomar_inbox`). */
  urlFor(service: string): string
  /** As migrations connect. */
  migratorUrl: string
  drop(): Promise<void>
}

/** Every role's password in a test cluster. */
const passwordOf = (role: string) => `test-${role}`
const serviceNames = ['gateway', 'tenancy', 'ingest', 'inbox', 'dispatcher']
const roles = [...serviceNames.map((service) => `palomar_${service}`), 'palomar_migrator']

let next = 0

/** Copies the provisioned template: some 50 ms, against a second of provisioning. Call `drop` when done. */
export async function testDatabase(): Promise<TestDatabase> {
  const clusterUrl = await stack().databaseUrl()
  const template = await templateDatabase(clusterUrl)
  const name = `test_${stack().run}_${process.pid}_${next++}_${Math.random().toString(36).slice(2, 7)}`
  await asAdmin(clusterUrl, (sql) => sql.unsafe(`create database "${name}" template "${template}"`))
  const adminUrl = databaseUrl(clusterUrl, name)
  const urlFor = (service: string) => roleUrl(adminUrl, `palomar_${service}`)
  return {
    name,
    adminUrl,
    urlFor,
    migratorUrl: urlFor('migrator'),
    drop: () =>
      asAdmin(
        clusterUrl,
        async (sql) => void (await sql.unsafe(`drop database if exists "${name}" with (force)`)),
      ),
  }
}

/** The template of this run, made by whoever comes first; the others wait for the lock. */
async function templateDatabase(clusterUrl: string): Promise<string> {
  const name = `palomar_template_${stack().run}`
  await asAdmin(clusterUrl, async (sql) => {
    await sql`select pg_advisory_lock(7256661)`
    const [known] = await sql`select 1 from pg_database where datname = ${name}`
    if (known) return
    const draft = `${name}_draft`
    await sql.unsafe(`drop database if exists "${draft}" with (force)`)
    await sql.unsafe(`create database "${draft}" template template0`)
    await provision(databaseUrl(clusterUrl, draft))
    await sql.unsafe(`alter database "${draft}" rename to "${name}"`)
  })
  return name
}

async function provision(adminUrl: string): Promise<void> {
  const db = (await import('@palomar/db')) as {
    provisionDatabase?: (options: { adminUrl: string; passwords: Record<string, string> }) => Promise<void>
  }
  await db.provisionDatabase?.({
    adminUrl,
    passwords: Object.fromEntries(roles.map((role) => [role, passwordOf(role)])),
  })
}

async function asAdmin<T>(url: string, fn: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await fn(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function databaseUrl(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

function roleUrl(url: string, role: string): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = passwordOf(role)
  return changed.href
}
