import type { Answer, Delivered, Handler } from '@palomar/bus'
import { type Db, isDataError, runBatch, type Tx } from '@palomar/db'
import { AppError, ackDecision } from '@palomar/errors'

/** An event that was read: whose rows it writes, and the unique key they are sorted by. */
export interface Item {
  tenantId: string
  key: string
}

export interface BatchOptions<E, I extends Item> {
  db: Db
  /** Undefined for an event that is none of ours. Throws for one that cannot be read. */
  parse(event: E): I | undefined
  /** Writes all items in the transaction of exactly their tenants. */
  write(tx: Tx, items: I[]): Promise<void>
  onDead?: (reason: string) => void
}

/**
 * A handler that decides a batch in one transaction.
 *
 * Failure policy. Dies before the commit: the batch is delivered again. Dies after it: the same, and its facts are found
 * in `seen`. A conflict runs again; a data error is halved until its event stands alone, and that one is kept as a dead
 * letter. Postgres away: thrown, so that the consumer hands everything back and waits.
 */
export function batchHandler<E, I extends Item>(options: BatchOptions<E, I>): Handler<E> {
  const { db, parse, write } = options

  function decide(items: I[]): Promise<null[]> {
    return db.forTenants(new Set(items.map((item) => item.tenantId)), async (tx) => {
      await write(tx, items)
      return items.map(() => null)
    })
  }

  return async function handle(delivered: Delivered<E>[]) {
    const answers: Answer[] = delivered.map(() => 'ok')
    const read: { item: I; at: number }[] = []
    for (const [at, { event }] of delivered.entries()) {
      try {
        const item = parse(event)
        if (item) read.push({ item, at })
      } catch (err) {
        answers[at] = answerFor(err)
      }
    }
    const outcomes = await runBatch(read, {
      key: ({ item }) => item.key,
      run: (part) => decide(part.map(({ item }) => item)),
    })
    for (const [n, { at }] of read.entries()) {
      const outcome = outcomes[n]
      if (outcome && 'error' in outcome) answers[at] = answerFor(outcome.error)
    }
    return answers
  }

  function answerFor(err: unknown): Answer {
    if (isDataError(err)) return dead(`a value that Postgres refuses (${(err as { code: string }).code})`)
    const decision = ackDecision(err)
    // No event is at fault: whoever called hands the whole batch back.
    if (decision.kind === 'nak') throw err
    if (decision.kind === 'dead') return dead(decision.reason, err instanceof AppError ? err.code : undefined)
    // Its message may quote what was being stored, and reasons are listed: only what kind of error it is.
    const code = (err as { code?: unknown } | undefined)?.code
    const name = err instanceof Error ? err.name : 'unknown error'
    return { retry: { reason: typeof code === 'string' ? `${name} (${code})` : name } }
  }

  function dead(reason: string, code = 'validation_failed'): Answer {
    options.onDead?.(reason)
    return { dead: { reason, code } }
  }
}
