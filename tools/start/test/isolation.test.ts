import { afterAll, expect, test } from 'bun:test'
import { databaseServices } from '@palomar/db'
import { testDemo } from '@palomar/testkit'
import postgres from 'postgres'

const byRole = (a: { role: string }, b: { role: string }) => (a.role < b.role ? -1 : 1)

const demo = await testDemo()
afterAll(() => demo.stop())

test('CONTRACTS 10: no connection of the running demo is a superuser’s, passes policies, or owns a table', async () => {
  const admin = postgres(demo.settings.adminUrl, { max: 1 })
  const roles = await admin<{ role: string; super: boolean; bypass: boolean; owned: number }[]>`
    select r.rolname as role, bool_or(r.rolsuper) as super, bool_or(r.rolbypassrls) as bypass,
      (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'
          and pg_has_role(r.oid, c.relowner, 'member')) as owned
    from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
    where a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
    group by r.oid, r.rolname order by 1`
  await admin.end()
  const plain = (role: string) => ({ role, super: false, bypass: false, owned: 0 })
  expect([...roles]).toEqual(databaseServices.map((service) => plain(`palomar_${service}`)).sort(byRole))
})
