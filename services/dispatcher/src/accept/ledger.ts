import { timingSafeEqual } from 'node:crypto'
import { dispatcherV1 } from '@palomar/contracts'
import { createBatcher, type Db, insertOutbox, type Tx } from '@palomar/db'
import { type AppError, appError } from '@palomar/errors'
import { acceptRows, lockUsage, type NewKey, type NewMessage, readAnswers, rowKey } from '../db/accept.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { acceptedEvent } from '../events.ts'
import { outboundOfNew } from '../outbound.ts'

/** One request whose items are judged, in their order. */
export interface Plan {
  tenantId: string
  key: string | null
  bodyHash: Uint8Array
  items: ({ row: NewMessage; dailyQuota: bigint } | { refused: Refusal })[]
}

type Answer = dispatcherV1.AcceptMessagesResponse
/** An error is a value here: one request's conflict is not the whole batch's. */
type Outcome = { answer: Answer; woken: number[] } | { error: AppError }

/** A request of more items than this is written in a batch of few, so that it never makes the small ones wait. */
const smallMax = 10

/**
 * Writes accepted requests in groups: idempotency keys, rows, quota and events in one transaction.
 *
 * Dies before the commit: nothing is written, the caller hears nothing or an error and asks again with the same key. Dies
 * after it: the rows are in, the caller asks again with the same key and gets the stored answer.
 */
export function createLedger(db: Db, onAccepted: (partitions: number[]) => void) {
  const run = (plans: Plan[]) =>
    db.forTenants(new Set(plans.map((plan) => plan.tenantId)), (tx) => write(tx, plans))
  // Requests with one key must not share a statement: the second waits and finds the first one's answer.
  const key = (plan: Plan) => `${plan.tenantId}/${plan.key ?? `\u0001${firstId(plan)}`}`
  const small = createBatcher<Plan, Outcome>({ name: 'accept', key, run, maxItems: 200, maxInFlight: 2 })
  const large = createBatcher<Plan, Outcome>({ name: 'accept large', key, run, maxItems: 4, maxInFlight: 1 })

  return async function accept(plan: Plan): Promise<Answer> {
    const outcome = await (plan.items.length <= smallMax ? small : large).add(plan)
    if ('error' in outcome) throw outcome.error
    if (outcome.woken.length > 0) onAccepted(outcome.woken)
    return outcome.answer
  }
}

function firstId({ items }: Plan): string {
  for (const item of items) if ('row' in item) return item.row.id
  return ''
}

async function write(tx: Tx, asked: readonly Plan[]): Promise<Outcome[]> {
  const plans = await applyQuotas(tx, asked)
  const now = new Date()
  const answers = plans.map(answerOf)
  const keys: NewKey[] = []
  const rows: (NewMessage & { key: string | null })[] = []
  const quotaNumbers = new Set<string>()
  for (const [i, plan] of plans.entries()) {
    const own = plan.items.flatMap((item) => ('row' in item ? [item] : []))
    // A request of which nothing was accepted wrote nothing, so it may be judged anew when it comes again.
    if (plan.key !== null && own.length > 0) {
      const answer = dispatcherV1.AcceptMessagesResponse.encode(answers[i] as Answer).finish()
      keys.push({ tenantId: plan.tenantId, key: plan.key, bodyHash: plan.bodyHash, answer })
    }
    for (const { row, dailyQuota } of own) {
      rows.push({ ...row, key: plan.key })
      if (dailyQuota > 0n) quotaNumbers.add(row.numberId)
    }
  }
  const { keysWon, rowsInserted } = await acceptRows(tx, keys, rows, [...quotaNumbers])
  const replays = await readReplays(tx, plans, keysWon)
  const events = rows.filter((row) => rowsInserted.has(rowKey(row.tenantId, row.id))).map(acceptedEvent)
  insertOutbox(tx, 'dispatch', events)
  return plans.map((plan, i): Outcome => {
    const stored = plan.key === null ? undefined : replays.get(rowKey(plan.tenantId, plan.key))
    if (!stored) return { answer: answers[i] as Answer, woken: partitionsOf(plan, now) }
    if (!sameBytes(stored.body_hash, plan.bodyHash)) return { error: appError('idempotency_key_reused') }
    return {
      answer: { ...dispatcherV1.AcceptMessagesResponse.decode(stored.answer), replayed: true },
      woken: [],
    }
  })
}

/** The stored answers of the keys that another request, or an earlier one, had before. */
async function readReplays(tx: Tx, plans: readonly Plan[], won: ReadonlySet<string>) {
  const lost = plans.flatMap(({ tenantId, key }) =>
    key !== null && !won.has(rowKey(tenantId, key)) ? [{ tenantId, key }] : [],
  )
  if (lost.length === 0) return new Map()
  const rows = await readAnswers(tx, lost)
  return new Map(rows.map((row) => [rowKey(row.tenant_id, row.key), row]))
}

/** The plans with items beyond a number's quota refused. The counts stay locked until the commit. */
async function applyQuotas(tx: Tx, plans: readonly Plan[]): Promise<readonly Plan[]> {
  const numbers = new Map<string, { tenantId: string; numberId: string }>()
  for (const { items } of plans) {
    for (const item of items) {
      if ('row' in item && item.dailyQuota > 0n)
        numbers.set(rowKey(item.row.tenantId, item.row.numberId), item.row)
    }
  }
  if (numbers.size === 0) return plans
  const used = await lockUsage(tx, [...numbers.values()])
  const midnight = new Date(Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000)
  return plans.map((plan) => ({
    ...plan,
    items: plan.items.map((item) => {
      if (!('row' in item) || item.dailyQuota === 0n) return item
      const key = rowKey(item.row.tenantId, item.row.numberId)
      const count = used.get(key) ?? 0n
      if (count >= item.dailyQuota) return { refused: refusal('quota_exceeded', { until: midnight }) }
      used.set(key, count + 1n)
      return item
    }),
  }))
}

function answerOf(plan: Plan): Answer {
  return {
    results: plan.items.map((item) =>
      'row' in item
        ? { result: { $case: 'accepted', value: outboundOfNew(item.row) } }
        : { result: { $case: 'refused', value: item.refused } },
    ),
    replayed: false,
  }
}

function partitionsOf(plan: Plan, now: Date): number[] {
  const due = plan.items.flatMap((item) =>
    'row' in item && item.row.dueAt <= now ? [item.row.partition] : [],
  )
  return [...new Set(due)]
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
