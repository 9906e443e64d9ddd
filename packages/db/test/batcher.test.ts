import { afterAll, beforeAll, expect, test } from 'bun:test'
import { column, createBatcher, runBatch, sqlState } from '../src/index.ts'
import { type Fixture, notesDatabase, tenantA } from './fixture/database.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await notesDatabase(8)
}, 30_000)
afterAll(() => fixture.close())

interface Note {
  id: string
  size: number
}

const keyOf = (note: Note) => note.id
const noteId = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

function insertNotes(items: Note[]): Promise<string[]> {
  return fixture.db.forTenant(tenantA, async (tx) => {
    await tx`
      insert into notes (tenant_id, id, body, size)
      select ${tenantA}, id, 'note', size
      from unnest(${column(tx, 'uuid', items.map(keyOf))}::uuid[], ${column(
        tx,
        'int',
        items.map((i) => i.size),
      )}::int[]) as row (id, size)`
    return items.map(keyOf)
  })
}

test('CONTRACTS 11: one bad row among 500 fails alone; the other 499 are stored', async () => {
  let runs = 0
  const batcher = createBatcher({
    name: 'notes',
    key: keyOf,
    run: (items: Note[]) => {
      runs++
      return insertNotes(items)
    },
  })
  // 40,000 does not fit a smallint: a data error of class 22.
  const items = Array.from({ length: 500 }, (_, n) => ({ id: noteId(n), size: n === 137 ? 40_000 : n }))
  const results = await Promise.allSettled(items.map((item) => batcher.add(item)))
  const failed = results.flatMap((result, n) => (result.status === 'rejected' ? [n] : []))
  expect(failed).toEqual([137])
  expect(sqlState((results[137] as PromiseRejectedResult).reason)).toBe('22003')
  const [{ count }] = await fixture.db.forTenant(
    tenantA,
    (tx) => tx<[{ count: number }]>`select count(*)::int as count from notes`,
  )
  expect(count).toBe(499)
  // Halving, not one by one: 2 per level of a tree of 500, and the first try.
  expect(runs).toBeLessThan(25)
})

test('CONTRACTS 11: batches that lock the same rows in opposite order both succeed', async () => {
  const ids = Array.from({ length: 40 }, (_, n) => noteId(10_000 + n))
  await insertNotes(ids.map((id) => ({ id, size: 0 })))
  // Row by row, so that without the sort two transactions would hold what the other wants.
  const touch = (part: string[]) =>
    fixture.db.forTenant(tenantA, async (tx) => {
      for (const id of part)
        await tx`update notes set size = size + 1 where tenant_id = ${tenantA} and id = ${id}`
      return part
    })
  const seen: string[][] = []
  const run = (part: string[]) => {
    seen.push(part)
    return touch(part)
  }
  const both = await Promise.all([
    runBatch(ids, { key: (id) => id, run }),
    runBatch([...ids].reverse(), { key: (id) => id, run }),
  ])
  expect(both.flat().every((outcome) => 'value' in outcome)).toBe(true)
  expect(seen[0]).toEqual(seen[1] as string[])
})

test('CONTRACTS 11: a deadlock runs again, and nothing is done twice', async () => {
  const [first, second] = [noteId(20_000), noteId(20_001)] as [string, string]
  await insertNotes([first, second].map((id) => ({ id, size: 0 })))
  let met = 0
  let bothHold: () => void = () => {}
  const barrier = new Promise<void>((resolve) => {
    bothHold = resolve
  })
  // Each transaction takes its first row, waits until the other has its own, then asks for the other's.
  const crossing = (order: [string, string]) => () =>
    fixture.db.forTenant(tenantA, async (tx) => {
      await tx`update notes set size = size + 1 where tenant_id = ${tenantA} and id = ${order[0]}`
      if (++met === 2) bothHold()
      await barrier
      await tx`update notes set size = size + 1 where tenant_id = ${tenantA} and id = ${order[1]}`
      return ['done']
    })
  const outcomes = await Promise.all([
    runBatch(['one'], { key: (id) => id, run: crossing([first, second]) }),
    runBatch(['two'], { key: (id) => id, run: crossing([second, first]) }),
  ])
  expect(outcomes.flat()).toEqual([{ value: 'done' }, { value: 'done' }])
  expect(met).toBeGreaterThan(2)
  const sizes = await fixture.db.forTenant(
    tenantA,
    (tx) => tx`select size from notes where id in (${first}, ${second})`,
  )
  expect(sizes.map((row) => row.size)).toEqual([2, 2])
})
