import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { type Db, finderSql, openDb, outboxDdl } from '@palomar/db'
import { assertFinders, assertMigrationsReversible, assertPolicies, assertRole } from '@palomar/db/testing'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { finderFunctions } from '../src/db/finder-functions.ts'
import { tablesWithoutTenant } from '../src/db/schema.ts'

// Real servers, on machines that may be busy.
setDefaultTimeout(60_000)

const folder = join(import.meta.dir, '../drizzle')

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await testDatabase('tenancy')
  db = openDb({ url: database.urlFor('tenancy'), max: 2, service: 'tenancy', logger: silentLogger })
})
afterAll(async () => {
  await db?.close()
  await database?.drop()
})

describe('the schema tenancy', () => {
  test('CONTRACTS 8: T2: every table with a tenant has the forced policy and tenant_id first in its keys', async () => {
    await assertPolicies(db, tablesWithoutTenant)
  })

  test('CONTRACTS 9: what runs with other rights is exactly the finders listed', async () => {
    await assertFinders(db, finderFunctions)
  })

  test('CONTRACTS 9: the migration holds finders and outbox as the code has them', async () => {
    const written = await Bun.file(join(folder, '0001_policies_and_finders.sql')).text()
    for (const finder of finderFunctions) expect(written).toContain(finderSql(finder))
    expect(written).toContain(outboxDdl('tenancy'))
  })

  test('CONTRACTS 10: the runtime role is plain and owns nothing', async () => {
    await assertRole(db.sql)
  })

  test('CONTRACTS 12: O11: the migrations go up, down and up again', async () => {
    const empty = await testDatabase()
    try {
      await assertMigrationsReversible({ url: empty.migratorUrl, folder, schema: 'tenancy' })
    } finally {
      await empty.drop()
    }
  })
})
