import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { newId, uuidOf } from '@palomar/contracts'
import { type Db, openDb, tenantPolicySql } from '@palomar/db'
import {
  assertFinders,
  assertMigrationsReversible,
  assertPolicies,
  assertRole,
  explain,
} from '@palomar/db/testing'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { listChanges, pageOfRange } from '../src/db/changes.ts'
import { tablesWithoutTenant } from '../src/db/schema.ts'
import { listUnrouted, waitingFor } from '../src/db/unrouted.ts'

const folder = join(import.meta.dir, '../drizzle')
const tenant = uuidOf(newId('tenant'))
const number = uuidOf(newId('number'))
let database: TestDatabase
let db: Db

beforeAll(async () => {
  database = await testDatabase('ingest')
  db = openDb({ url: database.urlFor('ingest'), max: 2, service: 'ingest', logger: silentLogger })
  const admin = openDb({ url: database.adminUrl, max: 1, service: 'ingest', logger: silentLogger })
  const columns = `app_id, phone_number_id, waba_id, entry_id, field, messages, statuses, received_at, webhook_at, sealed`
  const values = `'app', 'n' || i % 5000, 'w', 'w', case when i % 500 = 0 then 'account_update' else 'messages' end,
    1, 0, now() - i * interval '1 second', now(), '\\x00'`
  // Half of it one company's, the rest a hundred others'; few of its rows have this number or this field.
  await admin.sql.unsafe(`
    insert into ingest.changes (tenant_id, id, number_id, portfolio_id, ${columns})
      select case when i % 2 = 0 then '${tenant}'::uuid else md5((i % 101)::text)::uuid end, gen_random_uuid(),
        case when i % 1000 = 0 then '${number}'::uuid else gen_random_uuid() end, 'p', ${values}
      from generate_series(1, 40000) i;
    insert into ingest.unrouted (id, state, reason, is_body, identities, ${columns})
      select gen_random_uuid(), case when i % 100 = 0 then 'unparsed' else 'parked' end, 'r', false, '{}', ${values}
      from generate_series(1, 20000) i;
    analyze ingest.changes; analyze ingest.unrouted;`)
  await admin.close()
})
afterAll(async () => {
  await db?.close()
  await database?.drop()
})

test('CONTRACTS 8: every table with a tenant has the forced policy and tenant_id first in its keys', async () => {
  await assertPolicies(db, tablesWithoutTenant)
  const written = await Bun.file(join(folder, '0000_archive.sql')).text()
  for (const table of ['ingest.changes', 'ingest.change_identities'])
    expect(written).toContain(tenantPolicySql(table))
})

test('CONTRACTS 9: nothing in this schema runs with other rights', () => assertFinders(db, []))

test('CONTRACTS 10: the runtime role is plain and owns nothing', () => assertRole(db.sql))

test('CONTRACTS 12: O11: the migrations go up, down and up again', async () => {
  const empty = await testDatabase()
  try {
    await assertMigrationsReversible({ url: empty.migratorUrl, folder, schema: 'ingest' })
  } finally {
    await empty.drop()
  }
})

const place = { limit: 51, before: { at: new Date(Date.now() - 20_000_000), id: tenant } }

test('every list of changes reads its index in its order, at any depth, under the policy', async () => {
  const plans = {
    changes_by_time: await explain(db, tenant, (tx) => listChanges(tx, tenant, {}, place)),
    changes_by_number: await explain(db, tenant, (tx) =>
      listChanges(tx, tenant, { numberId: number }, place),
    ),
    changes_by_field: await explain(db, tenant, (tx) =>
      listChanges(tx, tenant, { field: 'account_update' }, place),
    ),
  }
  for (const [index, plan] of Object.entries(plans)) {
    expect(plan.indexes).toEqual([index])
    expect(plan.sorts).toBe(false)
  }
})

test('W7: a replay pages through the archive by its index, oldest first', async () => {
  const range = { from: new Date(Date.now() - 40_000_000), to: new Date() }
  const plan = await explain(db, tenant, (tx) =>
    pageOfRange(tx, tenant, range, { limit: 200, after: { at: range.from, id: tenant } }),
  )
  expect(plan.indexes).toEqual(['changes_by_time'])
  expect(plan.sorts).toBe(false)
})

test('what waits for a number is found by its index, and what is unrouted is listed by its own', async () => {
  const key = { phoneNumberId: 'n7', wabaId: 'w' }
  const waiting = await explain(db, tenant, (tx) => waitingFor(tx, key, undefined, 50))
  expect(waiting.indexes).toEqual(['unrouted_by_number'])
  const listed = await explain(db, tenant, (tx) => listUnrouted(tx, { state: 'parked' }, place))
  expect(listed.indexes).toEqual(['unrouted_by_state'])
  expect([...waiting.seqScans, ...listed.seqScans]).toEqual([])
})
