import postgres from 'postgres'
import { type MigrateOptions, migrate, migrateDown } from '../migrate.ts'

/**
 * Runs all migrations up, down and up again on a database that has none of them: down leaves what was there before,
 * and the second up makes what the first made. Compared is the catalogue, as text that a diff can show.
 */
export async function assertMigrationsReversible(options: MigrateOptions): Promise<void> {
  const empty = await readCatalogue(options.url, options.schema)
  await migrate(options)
  const first = await readCatalogue(options.url, options.schema)
  if (first.length === empty.length) throw new Error('the migrations made nothing')
  await migrateDown(options)
  assertSame(
    'down does not restore what was there before',
    empty,
    await readCatalogue(options.url, options.schema),
  )
  await migrate(options)
  assertSame('a second up makes something else', first, await readCatalogue(options.url, options.schema))
}

function assertSame(claim: string, wanted: string[], found: string[]): void {
  const missing = wanted.filter((line) => !found.includes(line)).map((line) => `  missing: ${line}`)
  const extra = found.filter((line) => !wanted.includes(line)).map((line) => `  left over: ${line}`)
  if (missing.length + extra.length > 0) throw new Error([claim, ...missing, ...extra].join('\n'))
}

/** One line per thing of a schema: columns, constraints, indexes, policies, functions, triggers, types and rights. */
export async function readCatalogue(url: string, schema: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const rows = await sql<{ line: string }[]>`
      with n as (select oid, nspname, nspacl from pg_namespace where nspname = ${schema}),
      c as (select c.* from pg_class c join n on n.oid = c.relnamespace)
      select concat_ws(' ', 'schema', nspname, nspacl::text) as line from n
      union all
      select concat_ws(' ', 'relation', relname, relkind, reloptions::text, relacl::text, relrowsecurity, relforcerowsecurity,
        relowner::regrole, pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid)) from c where relkind <> 'i'
      union all
      select concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
        a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
      from c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relkind in ('r', 'p', 'v', 'm')
      union all
      select concat_ws(' ', 'constraint', k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid))
      from pg_constraint k join n on n.oid = k.connamespace
      union all
      select concat_ws(' ', 'index', pg_get_indexdef(oid)) from c where relkind = 'i'
      union all
      select concat_ws(' ', 'policy', c.relname, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from pg_policy p join c on c.oid = p.polrelid
      union all
      select concat_ws(' ', 'function', pg_get_functiondef(p.oid), p.proowner::regrole, p.proacl::text)
      from pg_proc p join n on n.oid = p.pronamespace where p.prokind in ('f', 'p')
      union all
      select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid)) from pg_trigger t join c on c.oid = t.tgrelid where not t.tgisinternal
      union all
      select concat_ws(' ', 'type', t.typname, t.typtype,
        array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)::text)
      from pg_type t join n on n.oid = t.typnamespace where t.typtype in ('e', 'd')
      order by 1`
    return rows.map((row) => row.line)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
