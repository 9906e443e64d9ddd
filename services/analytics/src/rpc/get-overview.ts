import { titleOf } from '@palomar/cloud-api'
import { type analyticsV1, idFromUuid } from '@palomar/contracts'
import type { Handler } from '@palomar/rpc'
import { type NumberCopy, numbersOf } from '../db/numbers.ts'
import {
  type FailureRow,
  failuresOf,
  type OverviewQuery,
  type StepRow,
  sumsOf,
  totalOf,
} from '../db/overview.ts'
import { type Counts, measures, noCounts } from '../domain/counts.ts'
import { grainOf, previousOf, stepsOf } from '../domain/steps.ts'
import { isTimeZone } from '../domain/zone.ts'
import { filterId, invalid, type RpcDeps, tenantUuid } from './deps.ts'
import { periodIn } from './range.ts'

/** All figures of one answer are of one moment: one snapshot of the tables. */
export function getOverview({
  db,
  clock,
  countedUntil,
}: RpcDeps): Handler<analyticsV1.GetOverviewRequest, analyticsV1.Overview> {
  return async (request, call) => {
    const tenantId = tenantUuid(call)
    if (!isTimeZone(request.timeZone)) throw invalid('time_zone', 'time_zone must be an IANA time zone.')
    const { range, step } = periodIn(request, new Date(clock.now()))
    const numberId = filterId('number', request.numberId, 'number_id')
    const starts = stepsOf(range, step, request.timeZone)
    const until = await countedUntil()
    const previousRange = previousOf(range, request.timeZone, until ?? new Date(clock.now()))
    const query: OverviewQuery = { tenantId, numberId, range, grain: grainOf([...starts, range.to]) }
    const before = { ...query, range: previousRange, grain: grainOf([previousRange.from, previousRange.to]) }
    const everyStep = request.numberSteps
    const found = await db.forTenant(
      tenantId,
      async (tx) => {
        // Asked together, answered in order: they share the connection.
        const [sums, previous, failures, numbers] = await Promise.all([
          sumsOf(tx, query, starts, { everyStep }),
          totalOf(tx, before),
          failuresOf(tx, query),
          numbersOf(tx, tenantId),
        ])
        return { sums, previous: previous[0] ?? noCounts(), failures, numbers }
      },
      { isolation: 'repeatable read', readOnly: true },
    )
    const steps = stepsIn(found.sums, starts)
    return {
      total: countsOf(totalIn(steps)),
      previous: countsOf(found.previous),
      steps: steps.map(({ at, counts }) => ({ at, counts: countsOf(counts) })),
      numbers: numbersIn(found.sums, starts, found.numbers, numberId),
      countedUntil: until,
      failures: found.failures.map(failureOf),
      previousFrom: previousRange.from,
      previousTo: previousRange.to,
      from: range.from,
      to: range.to,
      step,
    }
  }
}

function stepsIn(rows: readonly StepRow[], starts: readonly Date[]): { at: Date; counts: Counts }[] {
  const counted = new Map(rows.filter((row) => row.numberId === null).map((row) => [row.step, row]))
  return starts.map((at, step) => ({ at, counts: counted.get(step) ?? noCounts() }))
}

function totalIn(steps: readonly { counts: Counts }[]): Counts {
  const total = noCounts()
  for (const { counts } of steps) for (const measure of measures) total[measure] += counts[measure]
  return total
}

/** Every number that exists, and those that are gone but were counted; the busiest first. */
function numbersIn(
  rows: readonly StepRow[],
  starts: readonly Date[],
  copies: readonly NumberCopy[],
  only: string | undefined,
): analyticsV1.Overview_OfNumber[] {
  const counted = new Map(
    rows.flatMap((row) => (row.step === null && row.numberId ? [[row.numberId, row] as const] : [])),
  )
  const steps = Map.groupBy(
    rows.filter((row) => row.step !== null && row.numberId !== null),
    (row) => row.numberId,
  )
  const copyOf = new Map(copies.map((copy) => [copy.id, copy]))
  const existing = copies.filter((copy) => copy.state !== 'deleted').map((copy) => copy.id)
  const ids = [...new Set([...counted.keys(), ...existing])].filter((id) => !only || id === only)
  const busy = (id: string) => (counted.get(id)?.received ?? 0) + (counted.get(id)?.accepted ?? 0)
  return ids
    .sort((a, b) => busy(b) - busy(a) || (a < b ? -1 : 1))
    .map((id) => ({
      numberId: idFromUuid('number', id),
      counts: countsOf(counted.get(id) ?? noCounts()),
      steps: (steps.get(id) ?? [])
        .sort((a, b) => (a.step ?? 0) - (b.step ?? 0))
        .map((row) => ({ at: starts[row.step ?? 0], counts: countsOf(row) })),
      state: copyOf.get(id)?.state ?? '',
      displayPhoneNumber: copyOf.get(id)?.displayPhoneNumber ?? '',
      verifiedName: copyOf.get(id)?.verifiedName ?? '',
    }))
}

function countsOf(counts: Counts): analyticsV1.Counts {
  const whole = (measure: keyof Counts) => BigInt(counts[measure])
  return {
    received: whole('received'),
    accepted: whole('accepted'),
    sent: whole('sent'),
    delivered: whole('delivered'),
    read: whole('read'),
    failed: whole('failed'),
  }
}

function failureOf(row: FailureRow): analyticsV1.Overview_FailureCount {
  const title = row.errorCode === 0 ? '' : titleOf(row.errorCode)
  return { code: row.errorCode, failureCode: row.failureCode, title, count: BigInt(row.count) }
}
