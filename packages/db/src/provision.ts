import { services } from '@palomar/contracts'
import postgres from 'postgres'

/** Services that own a schema. */
export const databaseServices = [
  'tenancy',
  'ingest',
  'inbox',
  'dispatcher',
  'media',
  'analytics',
  'automation',
] as const

export interface ProvisionOptions {
  /** A role that may create roles with BYPASSRLS, connected to the database to provision. */
  adminUrl: string
  /** By role: `palomar_migrator` and `palomar_<service>` for each service to be provisioned. */
  passwords: Record<string, string>
}

const bypassRoles = ['palomar_migrator', 'palomar_purge', 'palomar_relay']

/**
 * Roles, schemas and rights of a database. Runs as often as one likes; passwords are set anew each time.
 *
 * `palomar_<service>`: plain, uses its own schema and nothing else. `palomar_migrator`: owns schemas and tables,
 * passes policies. `palomar_finder`: nobody logs in as it; owns the finder functions. `palomar_purge` and
 * `palomar_relay` exist when given a password.
 */
export async function provisionDatabase({ adminUrl, passwords }: ProvisionOptions): Promise<void> {
  const owners = databaseServices.filter((service) => passwords[`palomar_${service}`] !== undefined)
  checkPasswords(passwords)
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    const database = (await sql`select current_database() as name`)[0]?.name as string
    await createRole(sql, 'palomar_finder', 'NOLOGIN BYPASSRLS')
    for (const [role, password] of Object.entries(passwords)) {
      await createRole(
        sql,
        role,
        `LOGIN ${bypassRoles.includes(role) ? 'BYPASSRLS' : 'NOBYPASSRLS'}`,
        password,
      )
    }
    await sql`select pg_advisory_lock(hashtext('palomar.provision'))`
    // The migrator hands finder functions over to their owner.
    await again(() => sql.unsafe('GRANT palomar_finder TO palomar_migrator'))
    // On a server without superuser the admin must be a member to give schemas away.
    await again(() => sql.unsafe('GRANT palomar_migrator TO CURRENT_USER'))
    const db = quote(database)
    await sql.unsafe(`
      REVOKE ALL ON DATABASE ${db} FROM PUBLIC;
      REVOKE ALL ON SCHEMA public FROM PUBLIC;
      -- drizzle begins a service's first migration with CREATE SCHEMA IF NOT EXISTS, which asks for the right even
      -- where the schema is there.
      GRANT CREATE ON DATABASE ${db} TO palomar_migrator;
      CREATE SCHEMA IF NOT EXISTS migrations AUTHORIZATION palomar_migrator;
      ALTER DEFAULT PRIVILEGES FOR ROLE palomar_migrator REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    `)
    for (const role of Object.keys(passwords))
      await sql.unsafe(`GRANT CONNECT ON DATABASE ${db} TO ${quote(role)}`)
    for (const service of owners) await provisionService(sql, service)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function provisionService(sql: postgres.Sql, service: string): Promise<void> {
  const schema = quote(service)
  const role = quote(`palomar_${service}`)
  await sql.unsafe(`
    CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION palomar_migrator;
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    ALTER DEFAULT PRIVILEGES FOR ROLE palomar_migrator IN SCHEMA ${schema}
      GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES FOR ROLE palomar_migrator IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO ${role};
  `)
  await again(() =>
    sql.unsafe(`
      ALTER ROLE ${role} SET search_path = ${schema};
      ALTER ROLE ${role} SET statement_timeout = '30s';
      ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '60s';
    `),
  )
}

async function createRole(
  sql: postgres.Sql,
  role: string,
  attributes: string,
  password?: string,
): Promise<void> {
  const name = quote(role)
  const secret = password === undefined ? '' : `PASSWORD ${literal(password)}`
  const plain = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION'
  await again(async () => {
    const [found] = await sql`select 1 from pg_roles where rolname = ${role}`
    // NOSUPERUSER in ALTER needs a superuser, even where it changes nothing.
    if (found) await sql.unsafe(`ALTER ROLE ${name} ${secret}${secret ? '' : 'NOCREATEDB'}`)
    else await sql.unsafe(`CREATE ROLE ${name} ${plain} ${attributes} ${secret}`)
  })
}

/** Roles belong to the whole server, where another database may be provisioned at the same moment. */
async function again(run: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await run()
      return
    } catch (err) {
      const code = (err as { code?: string }).code ?? ''
      const raced = ['42710', '23505', 'XX000', '40001'].includes(code)
      if (!raced || tries === 20) throw err
      await Bun.sleep(Math.random() * 50 * tries)
    }
  }
}

function checkPasswords(passwords: Record<string, string>): void {
  const known = [...bypassRoles, ...services.map((service) => `palomar_${service}`)]
  const unknown = Object.keys(passwords).filter((role) => !known.includes(role))
  if (unknown.length > 0)
    throw new Error(`no such roles: ${unknown.join(', ')}; known are ${known.join(', ')}`)
  if (!passwords.palomar_migrator) throw new Error('palomar_migrator needs a password')
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
