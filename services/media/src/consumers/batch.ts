import type { Answer, Handler } from '@palomar/bus'
import { type Id, type IdKind, parseId, uuidOf } from '@palomar/contracts'
import { type Db, isDataError, runBatch, type Tx } from '@palomar/db'
import { ackDecision, appError } from '@palomar/errors'

/** An event that was read: whose rows it writes, and the unique key they are sorted by. */
export interface Item {
  tenantId: string
  key: string
}

/**
 * A handler that writes a batch in one transaction of exactly its tenants.
 *
 * Failure policy. Dies before the commit: the batch is delivered again. After it: the same, and nothing new is found. A
 * conflict runs again; a data error is halved until its event stands alone, and that one is kept as a dead letter.
 * Postgres away: thrown, so that the consumer hands everything back and waits.
 */
export function batchHandler<E, I extends Item>(options: {
  db: Db
  /** Undefined for an event that is none of ours. Throws for one that cannot be read. */
  parse(event: E): I | undefined
  write(tx: Tx, items: I[]): Promise<void>
  onDead(): void
}): Handler<E> {
  const { db, parse, write, onDead } = options

  const dead = (reason: string): Answer => {
    onDead()
    return { dead: { reason, code: 'validation_failed' } }
  }

  function answerFor(err: unknown): Answer {
    const code = (err as { code?: unknown } | undefined)?.code
    if (isDataError(err)) return dead(`a value that Postgres refuses (${code})`)
    const decision = ackDecision(err)
    // No event is at fault: whoever called hands the whole batch back.
    if (decision.kind === 'nak') throw err
    if (decision.kind === 'dead') return dead(decision.reason)
    // Its message may quote what was being stored, and reasons are listed: only what kind of error it is.
    const name = err instanceof Error ? err.name : 'unknown error'
    return { retry: { reason: typeof code === 'string' ? `${name} (${code})` : name } }
  }

  return async function handle(delivered) {
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
      run: (part) =>
        db.forTenants(new Set(part.map(({ item }) => item.tenantId)), async (tx) => {
          await write(
            tx,
            part.map(({ item }) => item),
          )
          return part.map(() => null)
        }),
    })
    for (const [n, { at }] of read.entries()) {
      const outcome = outcomes[n]
      if (outcome && 'error' in outcome) answers[at] = answerFor(outcome.error)
    }
    return answers
  }
}

/** The uuid of a TypeID in an event; an event without it is a dead letter, never a retry. */
export function uuidIn<K extends IdKind>(kind: K, text: string | undefined, name: string): string {
  const id: Id<K> | undefined = parseId(kind, text ?? '')
  if (!id) throw appError('validation_failed', { internal: `${name} is no id of a ${kind}` })
  return uuidOf(id)
}
