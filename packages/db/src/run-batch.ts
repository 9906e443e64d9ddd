import { isConflict, isDataError } from './postgres-errors.ts'

export type Outcome<O> = { value: O } | { error: unknown }

/** Runs of one batch after deadlocks and serialisation failures, before its callers hear of them. */
const conflictTriesMax = 6

/**
 * Runs a batch as one statement or transaction, its items sorted by their unique key so that two batches lock in the
 * same order. After a conflict it runs again; after a data error it is halved until the bad item stands alone, and only
 * that one gets the error. Any other error is everyone's. `run` answers in the order of its argument, and must change
 * nothing when it throws. Outcomes are in the order of `items`.
 */
export async function runBatch<I, O>(
  items: readonly I[],
  { key, run }: { key(item: I): string; run(items: I[]): Promise<O[]> },
): Promise<Outcome<O>[]> {
  const outcomes = new Array<Outcome<O>>(items.length)
  const sorted = items
    .map((item, at) => ({ item, at, key: key(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

  async function attempt(part: typeof sorted): Promise<void> {
    if (part.length === 0) return
    try {
      const values = await rerunOnConflict(() => run(part.map(({ item }) => item)))
      if (values.length !== part.length)
        throw new Error(`a batch of ${part.length} was answered with ${values.length}`)
      for (const [n, { at }] of part.entries()) outcomes[at] = { value: values[n] as O }
    } catch (error) {
      if (part.length > 1 && isDataError(error)) {
        const half = Math.ceil(part.length / 2)
        await attempt(part.slice(0, half))
        await attempt(part.slice(half))
      } else {
        for (const { at } of part) outcomes[at] = { error }
      }
    }
  }

  await attempt(sorted)
  return outcomes
}

/** Runs again, after a short random wait, what lost a race. `run` must be a whole transaction. */
export async function rerunOnConflict<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (err) {
      if (!isConflict(err) || tries >= conflictTriesMax) throw err
      await Bun.sleep(Math.random() * 5 * 2 ** tries)
    }
  }
}
