import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestDatabase, testDatabase } from '@palomar/testkit'
import { migrate } from '../src/index.ts'
import { assertMigrationsReversible, readCatalogue } from '../src/testing/index.ts'
import { folder } from './fixture/database.ts'
import { down, up } from './fixture/make.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
}, 30_000)
afterAll(() => database.drop())

test('O11: up, down and up again leave the same catalogue', async () => {
  await assertMigrationsReversible({ url: database.migratorUrl, folder, schema: 'inbox' })
})

test('migrations apply once, also when two start at the same moment', async () => {
  const fresh = await testDatabase()
  const options = { url: fresh.migratorUrl, folder, schema: 'inbox' }
  const both = await Promise.all([migrate(options), migrate(options)])
  await fresh.drop()
  expect(both.flat()).toEqual(['0000_notes'])
})

test('O11: the reversibility test fails for a down that forgets something', async () => {
  const fresh = await testDatabase()
  const copy = join(mkdtempSync(join(tmpdir(), 'palomar-db-')), 'drizzle')
  cpSync(folder, copy, { recursive: true })
  const file = join(copy, 'down/0000_notes.sql')
  writeFileSync(file, readFileSync(file, 'utf8').replace('DROP TABLE inbox.outbox;', 'SELECT 1;'))
  const said = await assertMigrationsReversible({
    url: fresh.migratorUrl,
    folder: copy,
    schema: 'inbox',
  }).catch(String)
  await fresh.drop()
  expect(said).toContain('left over: relation outbox')
})

test('a migration that fails half way leaves nothing behind', async () => {
  const fresh = await testDatabase()
  const copy = join(mkdtempSync(join(tmpdir(), 'palomar-db-')), 'drizzle')
  cpSync(folder, copy, { recursive: true })
  const file = join(copy, '0000_notes.sql')
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n--> statement-breakpoint\nSELECT no_such_function();`)
  const before = await readCatalogue(fresh.migratorUrl, 'inbox')
  await expect(migrate({ url: fresh.migratorUrl, folder: copy, schema: 'inbox' })).rejects.toThrow(
    'no_such_function',
  )
  expect(await readCatalogue(fresh.migratorUrl, 'inbox')).toEqual(before)
  await fresh.drop()
})

test('the fixture is what the helpers write today', () => {
  expect(readFileSync(join(folder, '0000_notes.sql'), 'utf8')).toBe(`${up}\n`)
  expect(readFileSync(join(folder, 'down/0000_notes.sql'), 'utf8')).toBe(`${down}\n`)
})
