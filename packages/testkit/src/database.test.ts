import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { testDatabase } from './database.ts'

const [mine, other] = await Promise.all([testDatabase(), testDatabase()])
afterAll(() => Promise.all([mine.drop(), other.drop()]))

async function ask(url: string, statement: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

test('two test files never see one another’s tables', async () => {
  await ask(mine.adminUrl, 'create table only_here (id int)')
  expect(await ask(other.adminUrl, `select 1 from pg_tables where tablename = 'only_here'`)).toHaveLength(0)
})

test('a service connects as its plain role and reads its own schema only', async () => {
  const [row] = await ask(
    mine.urlFor('inbox'),
    `select r.rolsuper, r.rolbypassrls, has_schema_privilege('inbox', 'usage') as own,
      has_schema_privilege('tenancy', 'usage') as foreign
     from pg_roles r where rolname = current_user`,
  )
  expect({ ...row }).toEqual({ rolsuper: false, rolbypassrls: false, own: true, foreign: false })
})

test('a service cannot make temporary tables, as in production', async () => {
  await expect(ask(mine.urlFor('inbox'), 'create temporary table t (id int)')).rejects.toThrow(
    'permission denied',
  )
})
