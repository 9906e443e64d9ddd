import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type Db, finderSql, openDb } from '@palomar/db'
import {
  assertFinders,
  assertMigrationsReversible,
  assertPolicies,
  assertRole,
  explain,
} from '@palomar/db/testing'
import { silentLogger, type TestDatabase, testDatabase } from '@palomar/testkit'
import { readFiles } from '../src/db/files.ts'
import { finders } from '../src/db/finders.ts'
import { readUploads } from '../src/db/meta-uploads.ts'
import { tablesWithoutTenant } from '../src/db/schema.ts'
import { findDue } from '../src/db/work.ts'

const folder = join(import.meta.dir, '../drizzle')
const [a, b] = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b']
let database: TestDatabase
let db: Db
let admin: Db

beforeAll(async () => {
  database = await testDatabase('media')
  db = openDb({ url: database.urlFor('media'), max: 4, service: 'media', logger: silentLogger })
  admin = openDb({
    url: `${database.adminUrl}?search_path=media`,
    max: 2,
    service: 'media',
    logger: silentLogger,
  })
  // Enough rows that a plan without the index would be dearer; all stored, so none is due.
  for (const tenant of [a, b]) {
    await admin.sql`
      insert into files (tenant_id, id, direction, state, kind, mime_type, version)
      select ${tenant}, gen_random_uuid(), 'inbound', 'stored', 'image', 'image/jpeg', 2 from generate_series(1, 20000)`
  }
  await admin.sql`
    insert into meta_uploads (tenant_id, media_id, number_id, meta_media_id, expires_at)
    select tenant_id, id, gen_random_uuid(), '1', now() from files`
  await admin.sql`analyze files`
  await admin.sql`analyze meta_uploads`
}, 60_000)
afterAll(async () => {
  await db.close()
  await admin.close()
  await database.drop()
})

test('CONTRACTS 8: every table has the forced policy, or is named as without tenant', async () => {
  await assertPolicies(db, tablesWithoutTenant)
})

test('CONTRACTS 9: what looks across tenants is exactly the finder of what is due, as the code lists it', async () => {
  await assertFinders(db, finders)
  const written = await Bun.file(join(folder, '0000_media.sql')).text()
  for (const finder of finders) expect(written).toContain(finderSql(finder))
})

test('CONTRACTS 10: the service connects as a plain role that owns nothing', async () => {
  await assertRole(db.sql)
})

test('CONTRACTS 12: O11: the migrations can be taken back', async () => {
  const empty = await testDatabase()
  await assertMigrationsReversible({ url: empty.migratorUrl, folder, schema: 'media' })
  await empty.drop()
})

test('CONTRACTS 10: files and uploads are found by their key under the runtime role, however many there are', async () => {
  const id = '01900000-0000-7000-8000-000000000001'
  const many = await explain(db, a, (tx) => readFiles(tx, [{ tenantId: a, id }]))
  expect(many.indexes).toContain('files_tenant_id_id_pk')
  expect(many.seqScans).toEqual([])
  const uploads = await explain(
    db,
    a,
    (tx) => readUploads(tx, [{ tenantId: a, mediaId: id, numberId: id }]) as never,
  )
  expect(uploads.seqScans).toEqual([])
})

test('what is due comes in turns of companies: a thousand files of one do not delay another', async () => {
  await admin.sql`
    update files set state = 'pending', due_at = now() - interval '1 hour'
    where (tenant_id, id) in (select tenant_id, id from files where tenant_id = ${a} limit 900)`
  await admin.sql`
    update files set state = 'pending', due_at = now() - interval '1 minute'
    where (tenant_id, id) in (select tenant_id, id from files where tenant_id = ${b} limit 3)`
  const due = await findDue(db, 6)
  expect(due.filter((key) => key.tenantId === b)).toHaveLength(3)
  expect(due).toHaveLength(6)
})
