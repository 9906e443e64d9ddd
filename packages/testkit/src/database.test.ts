import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { testDatabase } from './database.ts'

test('two test files never see one another’s tables', async () => {
  const [mine, other] = await Promise.all([testDatabase(), testDatabase()])
  const urls = [mine.adminUrl, other.adminUrl]
  const [first, second] = urls.map((url) => postgres(url, { max: 1 })) as [postgres.Sql, postgres.Sql]
  await first`create table only_here (id int)`
  const seen = await second`select 1 from pg_tables where tablename = 'only_here'`
  await Promise.all([first.end(), second.end()])
  await Promise.all([mine.drop(), other.drop()])
  expect(seen).toHaveLength(0)
})
