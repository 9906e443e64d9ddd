import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type Db, finderSql, migrate, openDb } from '@palomar/db'
import { assertFinders, assertMigrationsReversible, assertPolicies, assertRole } from '@palomar/db/testing'
import { createLogger } from '@palomar/runtime'
import { type TestDatabase, testDatabase } from '@palomar/testkit'
import { finders, tablesWithoutTenant } from '../src/db/finders.ts'

const folder = join(import.meta.dir, '../drizzle')
const maintenance = { signature: 'dispatcher.maintain_days(integer, integer)', service: 'dispatcher' }

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await testDatabase()
  await migrate({ url: database.migratorUrl, folder, schema: 'dispatcher' })
  db = openDb({
    url: database.urlFor('dispatcher'),
    max: 2,
    service: 'dispatcher',
    logger: createLogger({ service: 'test', level: 'error' }),
  })
}, 60_000)
afterAll(async () => {
  await db?.close()
  await database?.drop()
})

describe('the schema', () => {
  test('CONTRACTS 8: every table with a tenant has the forced policy and tenant_id first in its keys', async () => {
    await assertPolicies(db, tablesWithoutTenant)
  })
  test('CONTRACTS 9: what runs with other rights is exactly the finders and the maintenance of days', async () => {
    await assertFinders(db, finders, [maintenance])
  })
  test('CONTRACTS 9: the migration holds the finders as the code lists them', async () => {
    const files = ['0000_ledger.sql', '0001_queue_depth.sql'].map((name) =>
      Bun.file(join(folder, name)).text(),
    )
    const written = (await Promise.all(files)).join('\n')
    for (const finder of finders) expect(written).toContain(finderSql(finder))
  })
  test('CONTRACTS 10: the runtime role is plain and owns nothing', async () => {
    await assertRole(db.sql)
  })
  test('CONTRACTS 12: O11: the migrations go up, down and up again', async () => {
    const empty = await testDatabase()
    try {
      await assertMigrationsReversible({ url: empty.migratorUrl, folder, schema: 'dispatcher' })
    } finally {
      await empty.drop()
    }
  })
  test('CONTRACTS 26: days are made ahead, and made only once', async () => {
    const days = () => db.sql<{ changed: number }[]>`select dispatcher.maintain_days(20, 40) as changed`
    expect((await days())[0]?.changed).toBe(12)
    expect((await days())[0]?.changed).toBe(0)
  })
})
