import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { tenantPolicySql } from '../src/index.ts'
import { assertFinders, assertPolicies, explain } from '../src/testing/index.ts'
import { type Fixture, notesDatabase, tenantA, tenantB } from './fixture/database.ts'
import { noteFinder } from './fixture/notes.ts'

let fixture: Fixture
let migrator: postgres.Sql
beforeAll(async () => {
  fixture = await notesDatabase(1)
  migrator = postgres(fixture.database.migratorUrl, { max: 1, onnotice: () => {} })
}, 30_000)
afterAll(async () => {
  await migrator.end()
  await fixture.close()
})

const run = (statements: string) => migrator.unsafe(statements.replaceAll('--> statement-breakpoint', ''))
const policies = (tenantless = ['outbox']) =>
  assertPolicies(fixture.db, tenantless).then(() => 'fine', String)
const finders = (list = [noteFinder]) => assertFinders(fixture.db, list).then(() => 'fine', String)

test('CONTRACTS 8: the policy made by tenantPolicySql satisfies the policy test', async () => {
  expect(await policies()).toBe('fine')
})

test('CONTRACTS 8: the policy test fails for a table without policy, and for a stale list', async () => {
  expect(await policies([])).toContain('outbox: row-level security is not enabled')
  expect(await policies(['outbox', 'gone'])).toContain('gone: listed as without tenant')
})

test.each([
  [
    'not forced',
    'alter table inbox.notes no force row level security',
    'alter table inbox.notes force row level security',
    'not forced',
  ],
  [
    'a second, wider policy',
    'create policy wide on inbox.notes using (true)',
    'drop policy wide on inbox.notes',
    'has 2 policies',
  ],
  [
    'USING without the tenant',
    'alter policy tenant on inbox.notes using (true)',
    `drop policy tenant on inbox.notes; ${tenantPolicySql('inbox.notes')}`,
    'another USING',
  ],
  [
    'WITH CHECK without the tenant',
    'alter policy tenant on inbox.notes with check (true)',
    `drop policy tenant on inbox.notes; ${tenantPolicySql('inbox.notes')}`,
    'another WITH CHECK',
  ],
  [
    'a key that starts elsewhere',
    'create unique index loose on inbox.notes (id)',
    'drop index inbox.loose',
    'starts with id',
  ],
  [
    'a view of its owner',
    'create view inbox.peek as select * from inbox.notes',
    'drop view inbox.peek',
    'peek: a view without security_invoker',
  ],
])('CONTRACTS 8: the policy test sees %s', async (_, breakIt, mendIt, said) => {
  await run(breakIt)
  expect(await policies()).toContain(said)
  await run(mendIt)
  expect(await policies()).toBe('fine')
})

test('CONTRACTS 9: a finder looks across tenants, for its service alone', async () => {
  await fixture.db.forTenant(
    tenantB,
    (tx) => tx`insert into notes (tenant_id, id, body) values (${tenantB}, ${tenantB}, 'x')`,
  )
  const [row] = await fixture.db.sql`select tenant_id from tenant_of_note(${tenantB})`
  expect(row?.tenant_id).toBe(tenantB)
  expect(await finders()).toBe('fine')
})

test('CONTRACTS 9: the finder test sees what is in no list, and what is only in the list', async () => {
  expect(await finders([])).toContain('in no list')
  expect(await finders([noteFinder, { ...noteFinder, signature: 'inbox.gone(uuid)' }])).toContain(
    'does not exist',
  )
})

test.each([
  [
    'everyone may execute it',
    'grant execute on function inbox.tenant_of_note to public',
    'revoke execute on function inbox.tenant_of_note from public',
    'executable by',
  ],
  [
    'its search_path is open',
    'alter function inbox.tenant_of_note reset search_path',
    'alter function inbox.tenant_of_note set search_path = pg_catalog, pg_temp',
    'no fixed search_path',
  ],
])('CONTRACTS 9: the finder test sees that %s', async (_, breakIt, mendIt, said) => {
  await run(`set role palomar_finder; ${breakIt}; reset role`)
  expect(await finders()).toContain(said)
  await run(`set role palomar_finder; ${mendIt}; reset role`)
  expect(await finders()).toBe('fine')
})

test('CONTRACTS 10: explain shows the plan under the runtime role, with the policy as filter', async () => {
  const plan = await explain(
    fixture.db,
    tenantA,
    (tx) => tx`select id from notes where tenant_id = ${tenantA} and id = ${tenantA}`,
  )
  expect(JSON.stringify(plan.root)).toContain('tenant_id = ANY')
})
