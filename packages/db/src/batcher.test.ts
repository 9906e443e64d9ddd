import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { createBatcher } from './batcher.ts'
import { runBatch } from './run-batch.ts'

const pgError = (code: string) =>
  Object.assign(Object.create(postgres.PostgresError.prototype), { code, message: code }) as Error

test('what arrives while a batch is running is the next batch', async () => {
  const sizes: number[] = []
  let release: () => void = () => {}
  const first = new Promise<void>((resolve) => {
    release = resolve
  })
  const batcher = createBatcher({
    name: 't',
    key: (n: number) => String(n),
    run: async (items: number[]) => {
      sizes.push(items.length)
      if (sizes.length === 1) await first
      return items
    },
  })
  const one = batcher.add(1)
  await new Promise((resolve) => setImmediate(resolve))
  const rest = [2, 3, 4].map((n) => batcher.add(n))
  release()
  expect(await Promise.all([one, ...rest])).toEqual([1, 2, 3, 4])
  expect(sizes).toEqual([1, 3])
})

test('a batch is sorted by its key, and each caller gets its own answer', async () => {
  const batches: string[][] = []
  const batcher = createBatcher({
    name: 't',
    key: (s: string) => s,
    run: async (items: string[]) => {
      batches.push(items)
      return items.map((s) => s.toUpperCase())
    },
  })
  expect(await Promise.all(['c', 'a', 'b'].map((s) => batcher.add(s)))).toEqual(['C', 'A', 'B'])
  expect(batches).toEqual([['a', 'b', 'c']])
})

test('two items of one key never share a batch', async () => {
  const batches: string[][] = []
  const batcher = createBatcher({
    name: 't',
    key: (item: { key: string; n: number }) => item.key,
    run: async (items) => {
      batches.push(items.map((item) => `${item.key}${item.n}`))
      return items.map((item) => item.n)
    },
  })
  const answers = [
    { key: 'a', n: 1 },
    { key: 'a', n: 2 },
    { key: 'b', n: 3 },
  ].map((item) => batcher.add(item))
  expect(await Promise.all(answers)).toEqual([1, 2, 3])
  expect(batches).toEqual([['a1', 'b3'], ['a2']])
})

test('a batch holds at most maxItems, and the queue refuses beyond its bound', async () => {
  const sizes: number[] = []
  const batcher = createBatcher({
    name: 't',
    key: (n: number) => String(n),
    maxItems: 2,
    maxWaiting: 5,
    run: async (items: number[]) => {
      sizes.push(items.length)
      return items
    },
  })
  const all = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((n) => batcher.add(n)))
  expect(all.map((result) => result.status)).toEqual([...Array(5).fill('fulfilled'), 'rejected'])
  expect((all[5] as PromiseRejectedResult).reason.code).toBe('unavailable')
  expect(sizes).toEqual([2, 2, 1])
})

test('a conflict runs the same items again until it stops being one', async () => {
  let tries = 0
  const outcomes = await runBatch([1, 2], {
    key: String,
    run: async (items) => {
      if (++tries < 4) throw pgError('40P01')
      return items
    },
  })
  expect(outcomes).toEqual([{ value: 1 }, { value: 2 }])
  expect(tries).toBe(4)
})

test('a conflict that never ends is given back to every caller', async () => {
  let tries = 0
  const outcomes = await runBatch([1, 2], {
    key: String,
    run: async () => {
      tries++
      throw pgError('40001')
    },
  })
  expect(tries).toBe(6)
  expect(outcomes.every((outcome) => 'error' in outcome)).toBe(true)
})

test("an error that no row is to blame for is everyone's at once, without halving", async () => {
  let tries = 0
  const outcomes = await runBatch([1, 2, 3], {
    key: String,
    run: async () => {
      tries++
      throw pgError('42P01')
    },
  })
  expect(tries).toBe(1)
  expect(outcomes).toHaveLength(3)
})

test("an answer of the wrong length is an error, never somebody else's answer", async () => {
  const outcomes = await runBatch([1, 2], { key: String, run: async () => [1] })
  expect(outcomes.every((outcome) => 'error' in outcome)).toBe(true)
})
