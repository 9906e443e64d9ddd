import type { DbLogger, Sql } from './types.ts'

/** The first release of each major without the row-level-security hole (CVE-2024-10976). */
const minors: Record<number, number> = { 15: 9, 16: 5, 17: 1 }

/** Undefined when this server_version_num may be used, else the sentence to show. */
export function versionProblem(versionNum: number): string | undefined {
  const major = Math.floor(versionNum / 10_000)
  const minor = versionNum % 10_000
  const needed = minors[major]
  if (major < 15) return `PostgreSQL ${major} is too old: 15.9, 16.5, 17.1 or newer is needed`
  if (needed !== undefined && minor < needed) {
    return `PostgreSQL ${major}.${minor} can return rows of other tenants (CVE-2024-10976): ${major}.${needed} or newer is needed`
  }
  return undefined
}

export interface RoleFacts {
  role: string
  superuser: boolean
  bypassesRls: boolean
  /** Tables it owns, or whose owner it can become. */
  ownedTables: string[]
}

export async function readRole(sql: Sql): Promise<RoleFacts> {
  const [row] = await sql<{ role: string; superuser: boolean; bypasses: boolean; owned: string[] }[]>`
    select current_user::text as role, rolsuper as superuser, rolbypassrls as bypasses,
      array(
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
          and pg_has_role(current_user, c.relowner, 'member')
        order by 1
      ) as owned
    from pg_roles where rolname = current_user`
  if (!row) throw new Error('the connected role is not in pg_roles')
  return { role: row.role, superuser: row.superuser, bypassesRls: row.bypasses, ownedTables: row.owned }
}

export function roleProblems(facts: RoleFacts): string[] {
  const problems: string[] = []
  if (facts.superuser) problems.push(`${facts.role} is a superuser: policies do not hold for it`)
  if (facts.bypassesRls) problems.push(`${facts.role} has BYPASSRLS: policies do not hold for it`)
  if (facts.ownedTables.length > 0)
    problems.push(`${facts.role} owns tables: ${facts.ownedTables.join(', ')}`)
  return problems
}

/**
 * Refuses at start what would leak or lose: a server with the row-level-security hole, a role that passes policies, a
 * commit that does not wait for the disk. All problems in one message.
 */
export async function checkDatabase(sql: Sql, logger?: DbLogger): Promise<void> {
  const [settings] = await sql<{ version: number; commit: string; encoding: string; fsync: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('synchronous_commit') as commit,
      current_setting('server_encoding') as encoding, current_setting('fsync') as fsync`
  const problems = roleProblems(await readRole(sql))
  const version = versionProblem(settings?.version ?? 0)
  if (version) problems.unshift(version)
  if (settings?.commit === 'off' || settings?.commit === 'local') {
    problems.push(`synchronous_commit is ${settings.commit}: a commit would be answered before it is on disk`)
  }
  // Only a server made for tests runs so; its owner said it wants no durability.
  if (settings?.fsync === 'off') logger?.warn('POSTGRES RUNS WITH fsync = off: A POWER CUT LOSES EVERYTHING')
  if (settings?.encoding !== 'UTF8')
    problems.push(`the database's encoding is ${settings?.encoding}, not UTF8`)
  if (problems.length > 0) throw new Error(`this database cannot be used:\n- ${problems.join('\n- ')}`)
}
