import type { Answer, Delivered, Handler } from '@palomar/bus'
import type { eventsV1 } from '@palomar/contracts'
import { type Db, isDataError, runBatch, type Tx } from '@palomar/db'
import { AppError, ackDecision } from '@palomar/errors'

/** An event that was read: whose rows it writes, and the unique key they are sorted by. */
export interface Item {
  tenantId: string
  key: string
}

/** What a consumer tells of what it did. */
export interface Observer {
  /** Events whose effect is committed, with the time of the newest. */
  onCounted?: (consumer: string, events: number, newest: Date | undefined) => void
  onDead?: (consumer: string) => void
}

export interface BatchOptions<E, I extends Item> extends Observer {
  consumer: string
  db: Db
  /** Undefined for an event that is none of ours. Throws for one that cannot be read. */
  parse(event: E): I | undefined
  /** Writes all items in the transaction. */
  write(tx: Tx, items: I[]): Promise<void>
}

/**
 * A handler that stores a batch in one transaction of exactly its tenants.
 *
 * Failure policy. Dies before the commit: the batch is delivered again. Dies after it: the same, and nothing is new in
 * it. A conflict runs again; a data error is halved until its event stands alone, and that one is kept as a dead letter.
 * Postgres away: thrown, so that the consumer hands everything back and waits.
 */
export function batchHandler<E extends { header?: eventsV1.EventHeader | undefined }, I extends Item>(
  options: BatchOptions<E, I>,
): Handler<E> {
  const { consumer, db, parse, write } = options

  function store(items: I[]): Promise<null[]> {
    return db.forTenants(new Set(items.map((item) => item.tenantId)), async (tx) => {
      await write(tx, items)
      return items.map(() => null)
    })
  }

  return async function handle(delivered) {
    const answers: Answer[] = delivered.map(() => 'ok')
    const read: { item: I; at: number }[] = []
    for (const [at, one] of delivered.entries()) {
      try {
        const item = parse(one.event)
        if (item) read.push({ item, at })
      } catch (err) {
        answers[at] = answerFor(err)
      }
    }
    const outcomes = await runBatch(read, {
      key: ({ item }) => item.key,
      run: (part) => store(part.map(({ item }) => item)),
    })
    for (const [n, { at }] of read.entries()) {
      const outcome = outcomes[n]
      if (outcome && 'error' in outcome) answers[at] = answerFor(outcome.error)
    }
    tell(delivered, answers)
    return answers
  }

  function tell(delivered: Delivered<E>[], answers: readonly Answer[]): void {
    const done = delivered.filter((_, at) => answers[at] === 'ok')
    const times = done.flatMap(({ event }) => event.header?.time?.getTime() ?? [])
    const newest = times.length > 0 ? new Date(Math.max(...times)) : undefined
    if (done.length > 0) options.onCounted?.(consumer, done.length, newest)
  }

  function answerFor(err: unknown): Answer {
    if (isDataError(err)) return dead(`a value that Postgres refuses (${(err as { code: string }).code})`)
    const decision = ackDecision(err)
    // No event is at fault: whoever called hands the whole batch back.
    if (decision.kind === 'nak') throw err
    if (decision.kind === 'dead') return dead(decision.reason, err instanceof AppError ? err.code : undefined)
    const code = (err as { code?: unknown } | undefined)?.code
    const name = err instanceof Error ? err.name : 'unknown error'
    return { retry: { reason: typeof code === 'string' ? `${name} (${code})` : name } }
  }

  function dead(reason: string, code = 'validation_failed'): Answer {
    options.onDead?.(consumer)
    return { dead: { reason, code } }
  }
}
