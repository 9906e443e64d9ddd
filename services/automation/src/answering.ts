import { idFromUuid } from '@palomar/contracts'
import { type Db, insertOutbox } from '@palomar/db'
import { AppError, errorCatalogue } from '@palomar/errors'
import { backoff, type Clock, type Logger } from '@palomar/runtime'
import {
  type AnswerKey,
  claimAnswers,
  countFired,
  type DueAnswer,
  noteRefused,
  postponeAnswer,
  settleAnswer,
} from './db/answers.ts'
import type { Dispatcher } from './dispatcher.ts'
import { ruleFired } from './domain/facts.ts'
import type { Failpoint } from './failpoint.ts'
import type { AutomationMetrics } from './metrics.ts'
import { startWorkLoop, type WorkLoop } from './work-loop.ts'

/** Taken at once; each is one call of the dispatcher. */
const roundMax = 32
/** Longer than the dispatcher's deadline: a try that died gives its answer back after this. */
const leaseMs = 20_000
const pollMs = 1_000
/** While the dispatcher is away. */
const away = { baseMs: 1_000, maxMs: 60_000 }
/** An idempotency key of the ledger lives a day; later the same call could send a second answer. */
const answerAgeMaxMs = 24 * 3_600_000

export interface AnsweringDeps {
  db: Db
  dispatcher: Pick<Dispatcher, 'accept'>
  clock: Clock
  logger: Logger
  metrics: AutomationMetrics
  failpoint: Failpoint
}

/**
 * Sends what rules decided to answer. An answer is a row, its message id and its words fixed when it was decided.
 *
 * What happens if we die: before the claim's commit, the row is due as before; after it, it is due again when the lease
 * ends; while the dispatcher is asked, or after it accepted, the same call comes again under the same key and finds the
 * same message; after the last commit, nothing is left to do. So there is one message, one RuleFired, one count.
 */
export function startAnswering(deps: AnsweringDeps): WorkLoop {
  const { db, clock, metrics } = deps

  async function round(): Promise<void> {
    for (;;) {
      const now = new Date(clock.now())
      const due = await db.sql<
        { tenant_id: string; rule_id: string; message_id: string; due_at: Date }[]
      >`select * from automation.answers_due(${now}, ${roundMax}::int)`
      const waitedMs = due[0] ? now.getTime() - due[0].due_at.getTime() : 0
      metrics.oldestDue.set({ queue: 'answers' }, waitedMs / 1000)
      if (due.length === 0) return
      const keys = due
        .map((row) => ({ tenantId: row.tenant_id, ruleId: row.rule_id, messageId: row.message_id }))
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      const claimed = await db.forTenants(new Set(keys.map((key) => key.tenantId)), (tx) =>
        claimAnswers(tx, keys, { now, leaseUntil: new Date(now.getTime() + leaseMs) }),
      )
      deps.failpoint('after-answer-claim')
      await Promise.all(claimed.map((answer) => send(deps, answer)))
      if (due.length < roundMax) return
    }
  }
  return startWorkLoop({ name: 'answers', everyMs: pollMs, logger: deps.logger, round })
}

const keyOf = (key: AnswerKey) => `${key.tenantId}/${key.ruleId}/${key.messageId}`

async function send(deps: AnsweringDeps, answer: DueAnswer): Promise<void> {
  const { clock } = deps
  if (clock.now() - answer.factAt.getTime() >= answerAgeMaxMs) return settle(deps, answer, 'expired', '')
  try {
    const said = await deps.dispatcher.accept(answer)
    deps.failpoint('after-accept')
    if (said.accepted) await settle(deps, answer, 'accepted', '')
    else await settle(deps, answer, 'refused', said.code)
    deps.failpoint('after-answer-commit')
  } catch (error) {
    if (isRefusal(error)) await settle(deps, answer, 'refused', error.code)
    else await postpone(deps, answer, error)
  }
}

/** The ledger's no to the request itself; anything else means that it could not say. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && errorCatalogue[error.code].ack === 'dead'
}

async function settle(
  { db, clock, logger, metrics }: AnsweringDeps,
  answer: DueAnswer,
  state: 'accepted' | 'refused' | 'expired',
  refusalCode: string,
): Promise<void> {
  const at = new Date(clock.now())
  const isFirst = await db.forTenant(answer.tenantId, async (tx) => {
    if (!(await settleAnswer(tx, answer, { state, refusalCode, at }))) return false
    if (state === 'accepted') {
      await countFired(tx, answer, at)
      insertOutbox(tx, 'automation', [ruleFired(answer, at)])
    } else {
      await noteRefused(tx, answer, refusalCode || state, at)
    }
    return true
  })
  if (!isFirst) return
  metrics.answers.inc({ outcome: state })
  if (state !== 'accepted')
    logger.warn('a rule could not answer', {
      rule: idFromUuid('rule', answer.ruleId),
      state,
      code: refusalCode,
    })
}

async function postpone({ db, clock, logger, metrics }: AnsweringDeps, answer: DueAnswer, error: unknown) {
  const inMs = 100 + backoff(answer.tries - 1, away)
  metrics.answers.inc({ outcome: 'postponed' })
  logger.warn('the ledger did not answer, the rule waits', {
    rule: idFromUuid('rule', answer.ruleId),
    in_ms: inMs,
    error,
  })
  await db.forTenant(answer.tenantId, (tx) => postponeAnswer(tx, answer, new Date(clock.now() + inMs)))
}
