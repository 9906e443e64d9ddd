import type { Db } from '../open-db.ts'

interface TableFacts {
  name: string
  enabled: boolean
  forced: boolean
  reachable: boolean
  partition: boolean
  policies: {
    name: string
    command: string
    permissive: boolean
    using: string | null
    check: string | null
  }[]
  keys: { name: string; first: string }[]
}

const expected = normalise(
  "tenant_id = any((select string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ',')::uuid[])::uuid[])",
)

/**
 * Every table of the service's schema either carries exactly the policy of CONTRACTS 8, forced, with USING and WITH CHECK
 * and `tenant_id` first in its keys, or is named in `tenantless`. A partition that the service cannot reach by itself is
 * covered by its parent. Throws one error that lists all that is wrong.
 */
export async function assertPolicies(db: Db, tenantless: readonly string[]): Promise<void> {
  const tables = await readTables(db)
  const problems = tables.filter((table) => !tenantless.includes(table.name)).flatMap(problemsOf)
  for (const name of tenantless) {
    if (!tables.some((table) => table.name === name))
      problems.push(`${name}: listed as without tenant, but does not exist`)
  }
  problems.push(...(await leakyViews(db)))
  if (problems.length > 0) throw new Error(`schema ${db.service}:\n- ${problems.join('\n- ')}`)
}

function problemsOf(table: TableFacts): string[] {
  if (table.partition && !table.reachable) return []
  const problems: string[] = []
  const say = (problem: string) => problems.push(`${table.name}: ${problem}`)
  if (!table.enabled) say('row-level security is not enabled')
  if (!table.forced) say('row-level security is not forced')
  if (table.policies.length !== 1) say(`has ${table.policies.length} policies, not one`)
  for (const policy of table.policies) {
    if (policy.command !== '*') say(`policy ${policy.name} is not for all commands`)
    if (normalise(policy.using ?? '') !== expected)
      say(`policy ${policy.name} has another USING: ${policy.using}`)
    if (normalise(policy.check ?? '') !== expected)
      say(`policy ${policy.name} has another WITH CHECK: ${policy.check}`)
  }
  for (const key of table.keys) {
    if (key.first !== 'tenant_id') say(`key ${key.name} starts with ${key.first}, not tenant_id`)
  }
  return problems
}

async function readTables({ sql, service }: Db): Promise<TableFacts[]> {
  return sql<TableFacts[]>`
    select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced, c.relispartition as partition,
      has_table_privilege(${`palomar_${service}`}, c.oid, 'select, insert, update, delete') as reachable,
      coalesce((
        select jsonb_agg(jsonb_build_object('name', p.polname, 'command', p.polcmd, 'permissive', p.polpermissive,
          'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)))
        from pg_policy p where p.polrelid = c.oid
      ), '[]') as policies,
      coalesce((
        select jsonb_agg(jsonb_build_object('name', i.indexrelid::regclass::text,
          'first', coalesce((select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0]), '(expression)')))
        from pg_index i where i.indrelid = c.oid and i.indisunique
      ), '[]') as keys
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${service} and c.relkind in ('r', 'p')
    order by 1`
}

/** A view runs with its owner's rights unless it says otherwise; a materialised one always does. */
async function leakyViews({ sql, service }: Db): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${service}
      and (c.relkind = 'm' or c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false))`
  return rows.map((row) => `${row.name}: a view without security_invoker reads past the policies`)
}

/** Postgres prints a policy with its own casts, brackets and names; what is left is its meaning. */
function normalise(expression: string): string {
  return expression
    .toLowerCase()
    .replace(/::(text|uuid)(\[\])?/g, '')
    .replace(/\bas string_to_array\b/g, '')
    .replace(/[\s()]/g, '')
}
