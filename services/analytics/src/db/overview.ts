import { column, type Tx } from '@palomar/db'
import type { Counts, Grain } from '../domain/counts.ts'
import type { Range } from '../domain/steps.ts'

export interface OverviewQuery {
  tenantId: string
  numberId: string | undefined
  grain: Grain
  range: Range
}

export interface StepRow extends Counts {
  /** Which step, from 0; null in the sums of a number over all steps. */
  step: number | null
  /** Null in the sums of a step over all numbers. */
  numberId: string | null
}

/**
 * The sums of each step and of each number, and with `everyStep` of each number in each step; what has nothing has no row.
 * Unexecuted, so that the plan test explains this very statement.
 */
export function sumsOf(
  tx: Tx,
  query: OverviewQuery,
  starts: readonly Date[],
  { everyStep }: { everyStep: boolean },
) {
  const steps = tx`width_bucket(r.at, ${column(tx, 'timestamptz', starts)}::timestamptz[]) - 1`
  return tx<StepRow[]>`
    select step, "numberId", sum(received)::float8 as received, sum(accepted)::float8 as accepted,
      sum(sent)::float8 as sent, sum(delivered)::float8 as delivered, sum(read)::float8 as read,
      sum(failed)::float8 as failed
    from (
      select ${steps} as step, r.number_id as "numberId", r.received, r.accepted, r.sent, r.delivered, r.read, r.failed
      from rollups r
      where ${placeOf(tx, query, 'r')}
    ) counted
    group by grouping sets ((step), ("numberId") ${everyStep ? tx`, (step, "numberId")` : tx``})`
}

/** The sums of a range. */
export function totalOf(tx: Tx, query: OverviewQuery) {
  return tx<Counts[]>`
    select coalesce(sum(r.received), 0)::float8 as received, coalesce(sum(r.accepted), 0)::float8 as accepted,
      coalesce(sum(r.sent), 0)::float8 as sent, coalesce(sum(r.delivered), 0)::float8 as delivered,
      coalesce(sum(r.read), 0)::float8 as read, coalesce(sum(r.failed), 0)::float8 as failed
    from rollups r
    where ${placeOf(tx, query, 'r')}`
}

export interface FailureRow {
  errorCode: number
  failureCode: string
  count: number
}

/** A company sees its most frequent reasons; there are some hundred codes in all. */
const failureCodesMax = 100

export function failuresOf(tx: Tx, query: OverviewQuery) {
  return tx<FailureRow[]>`
    select f.error_code as "errorCode", f.failure_code as "failureCode", sum(f.count)::float8 as count
    from failures f
    where ${placeOf(tx, query, 'f')}
    group by f.error_code, f.failure_code
    having sum(f.count) > 0
    order by sum(f.count) desc, f.error_code, f.failure_code
    limit ${failureCodesMax}`
}

function placeOf(tx: Tx, { tenantId, numberId, grain, range }: OverviewQuery, of: 'r' | 'f') {
  const number = numberId ? tx`and ${tx(of)}.number_id = ${numberId}` : tx``
  return tx`${tx(of)}.tenant_id = ${tenantId} and ${tx(of)}.grain = ${grain} and ${tx(of)}.at >= ${range.from}
    and ${tx(of)}.at < ${range.to} ${number}`
}
