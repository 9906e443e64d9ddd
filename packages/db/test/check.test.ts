import { afterAll, beforeAll, expect, test } from 'bun:test'
import { checkDatabase, openDb, versionProblem } from '../src/index.ts'
import { type Fixture, notesDatabase, quiet } from './fixture/database.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await notesDatabase(1)
}, 30_000)
afterAll(() => fixture.close())

test('versions with the row-level-security hole, or too old, are refused', () => {
  expect([150008, 160004, 170000, 140020].map((version) => versionProblem(version) !== undefined)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect([150009, 150018, 160005, 170001, 180000].map(versionProblem)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('CONTRACTS 10: a service starts as its own role and refuses to start as a superuser', async () => {
  await checkDatabase(fixture.db.sql)
  const admin = openDb({ url: fixture.database.adminUrl, max: 1, service: 'inbox', logger: quiet })
  const said = await checkDatabase(admin.sql).catch((err) => String(err))
  await admin.close()
  expect(said).toContain('is a superuser')
})

test('a commit that does not wait for the disk is refused', async () => {
  const url = `${fixture.database.urlFor('inbox')}?options=-csynchronous_commit%3Doff`
  const db = openDb({ url, max: 1, service: 'inbox', logger: quiet })
  await db.sql`set synchronous_commit = off`
  const said = await checkDatabase(db.sql).catch((err) => String(err))
  await db.close()
  expect(said).toContain('synchronous_commit is off')
})
