import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '@palomar/testkit'
import { column, ormOf, sqlState } from '../src/index.ts'
import { openDb } from '../src/open-db.ts'
import { assertRole } from '../src/testing/index.ts'
import { type Fixture, notesDatabase, quiet, tenantA, tenantB } from './fixture/database.ts'
import { notes } from './fixture/notes.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await notesDatabase()
  const { db } = fixture
  for (const tenant of [tenantA, tenantB]) {
    await db.forTenant(
      tenant,
      (tx) => tx`insert into notes (tenant_id, id, body) values (${tenant}, ${tenant}, 'mine')`,
    )
  }
}, 30_000)
afterAll(() => fixture.close())

const bodies = (tenant: string) =>
  fixture.db.forTenant(tenant, (tx) => tx<{ tenant_id: string }[]>`select tenant_id from notes`)

test('CONTRACTS 8: a transaction of one tenant sees that tenant alone', async () => {
  expect((await bodies(tenantA)).map((row) => row.tenant_id)).toEqual([tenantA])
  expect((await bodies(tenantB)).map((row) => row.tenant_id)).toEqual([tenantB])
})

test('CONTRACTS 8: a batch sees exactly the tenants of its rows', async () => {
  const both = await fixture.db.forTenants([tenantA, tenantB, tenantA], (tx) => tx`select 1 from notes`)
  expect(both).toHaveLength(2)
  expect(await fixture.db.forTenants([], (tx) => tx`select 1 from notes`)).toHaveLength(0)
})

test('CONTRACTS 8: without a tenant every tenant-owned table looks empty', async () => {
  expect(await fixture.db.sql`select 1 from notes`).toHaveLength(0)
  expect(await fixture.db.system((tx) => tx`select 1 from notes`)).toHaveLength(0)
})

test('CONTRACTS 8: the tenant does not outlive its transaction on a pooled connection', async () => {
  const one = openDb({ url: fixture.database.urlFor('inbox'), max: 1, service: 'inbox', logger: quiet })
  await one.forTenant(tenantA, (tx) => tx`select 1 from notes`)
  expect(await one.sql`select 1 from notes`).toHaveLength(0)
  await one.close()
})

test('CONTRACTS 8: WITH CHECK refuses a row of another tenant, inserted or moved', async () => {
  const insert = fixture.db.forTenant(
    tenantA,
    (tx) => tx`insert into notes (tenant_id, id, body) values (${tenantB}, gen_random_uuid(), 'smuggled')`,
  )
  expect(sqlState(await insert.catch((err) => err))).toBe('42501')
  const move = fixture.db.forTenant(tenantA, (tx) => tx`update notes set tenant_id = ${tenantB}`)
  expect(sqlState(await move.catch((err) => err))).toBe('42501')
})

test("CONTRACTS 8: another tenant's row can neither be changed nor deleted", async () => {
  const changed = await fixture.db.forTenant(
    tenantA,
    (tx) => tx`update notes set body = 'x' where id = ${tenantB} returning 1`,
  )
  const deleted = await fixture.db.forTenant(
    tenantA,
    (tx) => tx`delete from notes where id = ${tenantB} returning 1`,
  )
  expect([changed.length, deleted.length]).toEqual([0, 0])
})

test('a tenant that is no uuid is refused before it reaches Postgres', async () => {
  const list = `${tenantA},${tenantB}`
  expect(await fixture.db.forTenant(list, async () => 1).catch((err) => err.code)).toBe('internal')
})

test('CONTRACTS 10: the connection is neither superuser nor owner and does not pass policies', async () => {
  await assertRole(fixture.db.sql)
  const migrator = openDb({ url: fixture.database.migratorUrl, max: 1, service: 'inbox', logger: quiet })
  const admin = openDb({ url: fixture.database.adminUrl, max: 1, service: 'inbox', logger: quiet })
  const said = await Promise.all(
    [migrator, admin].map((db) => assertRole(db.sql).catch((err) => String(err))),
  )
  await Promise.all([migrator.close(), admin.close()])
  expect(said[0]).toContain('palomar_migrator has BYPASSRLS')
  expect(said[0]).toContain('owns tables: inbox.notes')
  expect(said[1]).toContain('is a superuser')
})

test('the service role cannot reach the schema of another service, nor truncate its own', async () => {
  const other = openDb({
    url: fixture.database.urlFor('dispatcher'),
    max: 1,
    service: 'dispatcher',
    logger: quiet,
  })
  expect(sqlState(await other.sql`select 1 from inbox.notes`.catch((err) => err))).toBe('42501')
  expect(sqlState(await fixture.db.sql`truncate notes`.catch((err) => err))).toBe('42501')
  expect(sqlState(await fixture.db.sql`create table inbox.mine (a int)`.catch((err) => err))).toBe('42501')
  await other.close()
})

test('raw statements return dates, bigints and JSON as such, before and after drizzle used the pool', async () => {
  const raw = () =>
    fixture.db.forTenant(tenantA, async (tx) => {
      const [row] =
        await tx`select written_at, 9007199254740993::int8 as big, ${tx.json({ a: 1 })}::jsonb as doc from notes`
      return row
    })
  const before = await raw()
  const [through] = await fixture.db.forTenant(tenantA, (tx) => ormOf(tx, { notes }).select().from(notes))
  const after = await raw()
  expect(before?.written_at).toBeInstanceOf(Date)
  expect(after).toEqual(before as never)
  expect(after?.big).toBe(9007199254740993n)
  expect(through?.writtenAt).toEqual(before?.written_at)
})

test("drizzle writes and reads JSON and dates inside a tenant's transaction", async () => {
  const at = new Date('2026-11-21T10:00:00.123Z')
  const id = crypto.randomUUID()
  const read = await fixture.db.forTenant(tenantB, async (tx) => {
    const orm = ormOf(tx, { notes })
    await orm
      .insert(notes)
      .values({ tenantId: tenantB, id, body: 'b', extra: { deep: ['x'] }, writtenAt: at })
    const [row] = await tx`select extra->'deep'->>0 as deep, written_at from notes where id = ${id}`
    return { row, orm: await orm.query.notes.findFirst({ where: (note, { eq }) => eq(note.id, id) }) }
  })
  expect(read.row?.deep).toBe('x')
  expect(read.row?.written_at).toEqual(at)
  expect(read.orm?.extra).toEqual({ deep: ['x'] })
  expect(read.orm?.writtenAt).toEqual(at)
})

test('typed columns carry nulls, quotes, dates, bytes and JSON text through unnest', async () => {
  const texts = ['plain', 'quo"te', 'back\\slash', '{a,b}', 'NULL', '', null]
  const rows = await fixture.db.system(
    (tx) => tx`
      select * from unnest(
        ${column(tx, 'text', texts)}::text[],
        ${column(
          tx,
          'timestamptz',
          texts.map((_, n) => new Date(n)),
        )}::timestamptz[],
        ${column(
          tx,
          'bytea',
          texts.map((_, n) => new Uint8Array([n, 255])),
        )}::bytea[],
        ${column(
          tx,
          'jsonb',
          texts.map((text) => JSON.stringify({ text })),
        )}::jsonb[],
        ${column(
          tx,
          'bool',
          texts.map((_, n) => n % 2 === 0),
        )}::bool[]
      ) as row (t, at, bytes, doc, even)`,
  )
  expect(rows.map((row) => row.t)).toEqual(texts)
  expect(rows.map((row) => row.at)).toEqual(texts.map((_, n) => new Date(n)))
  expect(rows.map((row) => [...row.bytes])).toEqual(texts.map((_, n) => [n, 255]))
  expect(rows.map((row) => row.doc.text)).toEqual(texts)
  expect(rows[1]?.even).toBe(false)
})

test('Postgres being away is `unavailable`, and the pool works again when it is back', async () => {
  const { db, database } = fixture
  await db.forTenant(tenantA, (tx) => tx`select 1`)
  const admin = openDb({ url: database.adminUrl, max: 1, service: 'inbox', logger: quiet })
  const cut = db
    .forTenant(tenantA, async (tx) => {
      await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'palomar_inbox' and datname = current_database()`
      return tx`select 1`
    })
    .catch((err) => err.code)
  expect(await cut).toBe('unavailable')
  expect(await db.forTenant(tenantA, (tx) => tx`select 1 from notes`)).toHaveLength(1)
  await admin.close()
})

test('a transaction whose connection died writes nothing more, though its connection is open again', async () => {
  const one = openDb({ url: fixture.database.urlFor('inbox'), max: 1, service: 'inbox', logger: quiet })
  const admin = openDb({ url: fixture.database.adminUrl, max: 1, service: 'inbox', logger: quiet })
  const errors: unknown[] = []
  const id = crypto.randomUUID()
  let finished: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    finished = resolve
  })
  const outer = one.system(async (tx) => {
    const [row] = await tx`select pg_backend_pid() as pid`
    await admin.sql`select pg_terminate_backend(${row?.pid})`
    await tx`select 1`.catch((err) => errors.push(err))
    // The pool has one connection: this reopens the very one the transaction ran on.
    await eventually(() => one.ping())
    await tx`select set_config('app.tenant_ids', ${tenantA}, false)`.catch((err) => errors.push(err))
    await tx`insert into notes (tenant_id, id, body) values (${tenantA}, ${id}, 'half')`.catch((err) =>
      errors.push(err),
    )
    finished()
  })
  expect(await outer.catch((err) => err.code)).toBe('unavailable')
  await ended
  expect(errors).toHaveLength(3)
  expect(await one.forTenant(tenantA, (tx) => tx`select 1 from notes where id = ${id}`)).toHaveLength(0)
  await Promise.all([one.close(), admin.close()])
})

test('what Postgres raises comes out of drizzle with its SQLSTATE, and without the parameters in its message', async () => {
  const twice = fixture.db.forTenant(tenantA, async (tx) => {
    const row = { tenantId: tenantA, id: tenantA, body: 'PLANTED' }
    await ormOf(tx, { notes }).insert(notes).values(row)
  })
  const raised = await twice.catch((err) => err)
  expect(sqlState(raised)).toBe('23505')
  expect(`${raised.message} ${raised.stack}`).not.toContain('PLANTED')
})

test('with every connection taken, transactions wait up to a bound and are refused beyond it', async () => {
  const db = openDb({
    url: fixture.database.urlFor('inbox'),
    max: 1,
    maxWaiting: 2,
    service: 'inbox',
    logger: quiet,
  })
  let release: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const results = [1, 2, 3, 4].map((n) =>
    db.forTenant(tenantA, async () => {
      await held
      return n
    }),
  )
  expect(await results[3]?.catch((err) => err.code)).toBe('unavailable')
  release()
  expect(await Promise.all(results.slice(0, 3))).toEqual([1, 2, 3])
  expect(await db.forTenant(tenantA, async () => 5)).toBe(5)
  await db.close()
})
