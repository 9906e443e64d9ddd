import { appError } from '@palomar/errors'
import { runBatch } from './run-batch.ts'

export interface BatcherOptions<I, O> {
  /** Names it in errors and metrics. */
  name: string
  /** The unique key its rows are sorted by (CONTRACTS 11). Two items with one key never share a statement. */
  key(item: I): string
  /** One transaction for all items, answering in their order. Runs again after a conflict, and in halves after a data error. */
  run(items: I[]): Promise<O[]>
  maxItems?: number
  /** Runs at once. One: what arrives meanwhile is the next batch. */
  maxInFlight?: number
  /** Items waiting; beyond it `add` refuses, so that memory has an end when Postgres is slow. */
  maxWaiting?: number
  onBatch?: (size: number, ms: number) => void
}

export interface Batcher<I, O> {
  /** Resolves with this item's answer once its batch has committed. */
  add(item: I): Promise<O>
  readonly waiting: number
}

interface Waiting<I, O> {
  item: I
  key: string
  resolve(value: O): void
  reject(err: unknown): void
}

/** Group commit: concurrent callers share one transaction without waiting for a timer. */
export function createBatcher<I, O>(options: BatcherOptions<I, O>): Batcher<I, O> {
  const { name, key, run, maxItems = 500, maxInFlight = 1, maxWaiting = 20_000, onBatch } = options
  let queue: Waiting<I, O>[] = []
  let inFlight = 0
  let scheduled = false

  function schedule(): void {
    if (scheduled || inFlight >= maxInFlight || queue.length === 0) return
    scheduled = true
    // After the callers of this turn of the loop have added theirs.
    setImmediate(() => {
      scheduled = false
      flush()
      schedule()
    })
  }

  /** The oldest items, each key once; a second item of a key waits for the next batch. */
  function take(): Waiting<I, O>[] {
    const batch = new Map<string, Waiting<I, O>>()
    const rest: Waiting<I, O>[] = []
    for (const waiting of queue) {
      if (batch.size < maxItems && !batch.has(waiting.key)) batch.set(waiting.key, waiting)
      else rest.push(waiting)
    }
    queue = rest
    return [...batch.values()]
  }

  function flush(): void {
    if (inFlight >= maxInFlight || queue.length === 0) return
    const batch = take()
    inFlight++
    const started = performance.now()
    runBatch(batch, {
      key: (waiting) => waiting.key,
      run: (part) => run(part.map((waiting) => waiting.item)),
    })
      .then((results) => {
        for (const [at, waiting] of batch.entries()) {
          const result = results[at]
          if (result && 'value' in result) waiting.resolve(result.value)
          else waiting.reject(result?.error)
        }
      })
      .finally(() => {
        inFlight--
        onBatch?.(batch.length, performance.now() - started)
        schedule()
      })
  }

  return {
    add(item) {
      if (queue.length >= maxWaiting) {
        return Promise.reject(
          appError('unavailable', { internal: `batcher ${name} has ${queue.length} items waiting` }),
        )
      }
      return new Promise<O>((resolve, reject) => {
        queue.push({ item, key: key(item), resolve, reject })
        schedule()
      })
    },
    get waiting() {
      return queue.length
    },
  }
}
