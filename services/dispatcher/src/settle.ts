import { type BatchMeta, idFromUuid } from '@palomar/contracts'
import { insertOutbox, type Tx } from '@palomar/db'
import { currentContext, injectTraceparent, runWithContext, withSpan } from '@palomar/runtime'
import { type AttemptRow, attemptOf, endingOf, type MessageRow } from './db/message-row.ts'
import {
  type AttemptChange,
  holdLanes,
  type LaneHold,
  lockMessages,
  type MessageChange,
  writeFolds,
} from './db/settle.ts'
import { claimWamids, type WamidOf } from './db/wamids.ts'
import { type Attempt, applyFact, type Fact } from './domain/attempt.ts'
import { echoMatches } from './domain/echo.ts'
import { laneClassAt } from './domain/lane-class.ts'
import { foldMessage, leavesAt, type MessageFold } from './domain/message.ts'
import { dueAfter, notSentDelayMs, type Policy, policyFor } from './domain/policy.ts'
import { numberHeldEvents, stateChangedEvent } from './events.ts'

/** Something was learned about one attempt. */
export interface Report {
  tenantId: string
  messageId: string
  n: number
  fact: Fact
  /** Whose status it is: checked against the attempt, because an echo is free text. */
  echoOf?: { numberId: string }
  /** What the call was made with; a hold that waits for a newer one needs it. */
  madeWith?: { tokenVersion: bigint; numberVersion: bigint }
  /** Of the webhook that told it. */
  traceparent?: string
}

export type Settled = 'applied' | 'unmatched'

/** Rows due later than this wait outside the lane's index. */
export const laneHorizonMs = 60_000

interface Work {
  row: MessageRow
  days: Map<number, string>
  before: Map<number, Attempt>
  after: Map<number, Attempt>
  policies: Map<number, Policy>
  traceparent: string
}

/**
 * Folds reports into attempts and messages, in the order of the messages' keys: locks the messages, applies each fact
 * to its attempt, writes what changed with version + 1, and lets the events leave with the same commit. Calling it
 * again with the same reports changes nothing and publishes nothing.
 */
export async function settle(
  tx: Tx,
  reports: readonly Report[],
  { now, random = Math.random, meta = {} }: { now: Date; random?: () => number; meta?: BatchMeta },
): Promise<Settled[]> {
  if (reports.length === 0) return []
  const keys = [
    ...new Map(reports.map((r) => [r.messageId, { tenantId: r.tenantId, id: r.messageId }])).values(),
  ]
  keys.sort((a, b) => (a.tenantId + a.id < b.tenantId + b.id ? -1 : 1))
  const held = await lockMessages(tx, keys)
  const works = new Map<string, Work>()
  for (const row of held.values()) works.set(row.id, workOf(row, row.attempts))

  const holds: LaneHold[] = []
  const wamids: WamidOf[] = []
  const outcomes = reports.map((report) => {
    const work = works.get(report.messageId)
    const attempt = work?.after.get(report.n)
    if (!work || !attempt || work.row.tenant_id !== report.tenantId || !isItsOwn(report, work.row, attempt))
      return 'unmatched'
    const known = attempt.wamid
    work.traceparent = report.traceparent ?? work.traceparent
    const hold = apply(work, report, now)
    if (hold) holds.push(hold)
    const wamid = work.after.get(report.n)?.wamid
    if (wamid && wamid !== known) {
      wamids.push({
        tenantId: report.tenantId,
        numberId: work.row.number_id,
        wamid,
        messageId: work.row.id,
        attemptN: report.n,
      })
    }
    return 'applied'
  })
  // Statuses that came before their wamid was known waited in its stub.
  for (const { wamid, facts } of await claimWamids(tx, wamids)) {
    const work = works.get(wamid.messageId)
    for (const fact of facts) {
      if (work)
        apply(work, { tenantId: wamid.tenantId, messageId: wamid.messageId, n: wamid.attemptN, fact }, now)
    }
  }
  await write(tx, [...works.values()], { now, random, meta })
  await holdLanes(tx, holds)
  insertOutbox(tx, 'dispatch', numberHeldEvents(holds, now), meta)
  return outcomes as Settled[]
}

function workOf(row: MessageRow, attempts: readonly AttemptRow[]): Work {
  const byN = new Map(attempts.map((attempt) => [attempt.n, attemptOf(attempt)]))
  return {
    row,
    days: new Map(attempts.map((attempt) => [attempt.n, attempt.day])),
    before: byN,
    after: new Map(byN),
    policies: new Map(),
    traceparent: '',
  }
}

function isItsOwn({ tenantId, fact, echoOf }: Report, row: MessageRow, attempt: Attempt): boolean {
  if (!echoOf || fact.kind !== 'status') return true
  return echoMatches(
    { tenantId: row.tenant_id, numberId: row.number_id, wamid: attempt.wamid },
    { tenantId, numberId: echoOf.numberId, wamid: fact.wamid },
  )
}

/** Applies one fact; the hold that its policy asks for, if it is news. */
function apply(work: Work, { n, fact, madeWith }: Report, now: Date): LaneHold | undefined {
  const attempt = work.after.get(n)
  if (!attempt) return undefined
  let policy: Policy | undefined
  const next = applyFact(attempt, fact, (state, error, tries, hints) => {
    policy = policyFor(
      state,
      error,
      {
        laneClass: laneClassAt(work.row.lane_class),
        tries,
        triesMax: work.row.tries_max,
      },
      hints,
    )
    return policy.verdict
  })
  work.after.set(n, next)
  if (!policy) return undefined
  work.policies.set(n, policy)
  if (!policy.hold) return undefined
  // Nothing would ever lift a hold that waits for a newer token than an unknown one.
  const forMs = policy.hold.forMs ?? (madeWith ? null : 15 * 60_000)
  return {
    tenantId: work.row.tenant_id,
    numberId: work.row.number_id,
    reason: policy.hold.reason,
    until: forMs === null ? null : new Date(now.getTime() + forMs),
    tokenVersion: policy.hold.byToken ? (madeWith?.tokenVersion ?? null) : null,
    numberVersion: madeWith?.numberVersion ?? null,
    errorCode: fact.kind === 'rejected' || fact.kind === 'status' ? (fact.error?.code ?? 0) : 0,
  }
}

interface Context {
  now: Date
  random: () => number
  meta: BatchMeta
}

async function write(tx: Tx, works: Work[], context: Context): Promise<void> {
  const attempts: AttemptChange[] = []
  const messages: MessageChange[] = []
  for (const work of works) {
    const { row } = work
    const changed = [...work.after].filter(([n, attempt]) => !sameAttempt(attempt, work.before.get(n)))
    if (changed.length === 0) continue
    for (const [n, attempt] of changed) {
      attempts.push({ tenantId: row.tenant_id, day: work.days.get(n) ?? '', messageId: row.id, attempt })
    }
    const fold = foldMessage([...work.after.values()], endingOf(row))
    const dueAt = nextDue(work, fold, context)
    messages.push({
      tenantId: row.tenant_id,
      id: row.id,
      fold,
      dueAt,
      inLane: dueAt.getTime() <= context.now.getTime() + laneHorizonMs,
      tries: nextTries(work),
      leavesAt: leavesAt(fold, context.now),
    })
    await tellState(tx, work, fold, context)
  }
  if (messages.length > 0) await writeFolds(tx, attempts, messages)
}

/**
 * The new state leaves in the trace of the message, which began with the caller's request. Meta carries no trace: the
 * webhook that told it has one of its own, and the span between the two is linked to it.
 */
async function tellState(tx: Tx, { row, traceparent }: Work, fold: MessageFold, { now, meta }: Context) {
  const insert = (trace?: string) =>
    insertOutbox(tx, 'dispatch', [stateChangedEvent(row, row.version + 1n, fold, now, trace)], meta)
  if (traceparent === '') return insert()
  const attrs = { 'palomar.message_id': idFromUuid('message', row.id), 'palomar.state': fold.state }
  await runWithContext(
    { requestId: '', ...currentContext(), traceparent: row.traceparent || traceparent },
    () =>
      withSpan('message status', attrs, async () => insert(injectTraceparent()), { links: [traceparent] }),
  )
}

/** When a row that is queued again may be tried; unchanged for all others. */
function nextDue({ row, after, policies }: Work, fold: MessageFold, { now, random }: Context): Date {
  if (fold.state !== 'queued' || row.state === 'queued') return row.due_at
  const inOrder = [...after.values()].sort((a, b) => a.n - b.n)
  const last = inOrder.at(-1)
  const policy = last && policies.get(last.n)
  if (policy) return new Date(dueAfter(policy, now.getTime(), random()))
  const inARow = inOrder.length - 1 - inOrder.findLastIndex((attempt) => attempt.state !== 'not_sent')
  return new Date(now.getTime() + notSentDelayMs(inARow, random()))
}

function nextTries({ after }: Work): number {
  const failed = [...after.values()].filter(({ verdict }) => verdict === 'again').map(({ tries }) => tries)
  return 1 + Math.max(0, ...failed)
}

function sameAttempt(a: Attempt, b: Attempt | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
