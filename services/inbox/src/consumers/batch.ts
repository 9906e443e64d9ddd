import type { Answer, Delivered, Handler } from '@palomar/bus'
import { type Db, insertLive, insertOutbox, isDataError, runBatch, type Tx } from '@palomar/db'
import { AppError, ackDecision } from '@palomar/errors'
import type { Facts } from '../domain/facts.ts'

/** An event that was read: whose rows it writes, and the unique key they are sorted by. */
export interface Item {
  tenantId: string
  key: string
}

export interface BatchOptions<E, I extends Item> {
  db: Db
  /** Undefined for an event that is none of ours. Throws for one that cannot be read. */
  parse(event: E, delivered: Delivered<E>): I | undefined
  /** Writes all items in the transaction; what it finds new it adds to the facts. */
  write(tx: Tx, items: I[], facts: Facts): Promise<void>
  onDead?: ((reason: string) => void) | undefined
  /** After each commit. */
  onStored?: ((facts: Facts) => void) | undefined
  /** When a batch is done, with the time of its oldest webhook if it came from one. */
  onHandled?: ((oldestWebhookAt: Date) => void) | undefined
}

/**
 * A handler that stores a batch in one transaction of exactly its tenants; events and frames leave with the commit.
 *
 * Failure policy. Dies before the commit: the batch is delivered again. Dies after it: the same, and nothing new is
 * found. A conflict runs again; a data error is halved until its event stands alone, and that one is kept as a dead
 * letter. Postgres away: thrown, so that the consumer hands everything back and waits.
 */
export function batchHandler<E, I extends Item>(options: BatchOptions<E, I>): Handler<E> {
  const { db, parse, write } = options

  async function store(items: I[]): Promise<null[]> {
    const facts: Facts = { events: [], frames: [] }
    await db.forTenants(new Set(items.map((item) => item.tenantId)), async (tx) => {
      await write(tx, items, facts)
      insertOutbox(tx, 'inbox', facts.events)
      insertLive(tx, facts.frames)
    })
    options.onStored?.(facts)
    return items.map(() => null)
  }

  return async function handle(delivered) {
    const answers: Answer[] = delivered.map(() => 'ok')
    const read: { item: I; at: number }[] = []
    for (const [at, one] of delivered.entries()) {
      try {
        const item = parse(one.event, one)
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
    const webhooks = delivered.flatMap(({ meta }) => meta.oldestWebhookAt?.getTime() ?? [])
    if (webhooks.length > 0) options.onHandled?.(new Date(Math.min(...webhooks)))
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
