import type { Tx } from '@palomar/db'
import type { FailureDelta, RollupDelta } from '../domain/counts.ts'
import { columnsOf } from './facts.ts'

/** Adds differences; the rows come sorted by key, which is the order in which they are locked. */
export async function addRollups(tx: Tx, rows: readonly RollupDelta[]): Promise<void> {
  if (rows.length === 0) return
  const of = columnsOf(tx, rows)
  await tx`
    insert into rollups as r (tenant_id, grain, at, number_id, received, accepted, sent, delivered, read, failed)
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('int', (row) => row.grain)}::int[],
      ${of('timestamptz', (row) => row.at)}::timestamptz[],
      ${of('uuid', (row) => row.numberId)}::uuid[],
      ${of('bigint', (row) => row.counts.received)}::bigint[],
      ${of('bigint', (row) => row.counts.accepted)}::bigint[],
      ${of('bigint', (row) => row.counts.sent)}::bigint[],
      ${of('bigint', (row) => row.counts.delivered)}::bigint[],
      ${of('bigint', (row) => row.counts.read)}::bigint[],
      ${of('bigint', (row) => row.counts.failed)}::bigint[]
    )
    on conflict (tenant_id, grain, at, number_id) do update set
      received = r.received + excluded.received, accepted = r.accepted + excluded.accepted,
      sent = r.sent + excluded.sent, delivered = r.delivered + excluded.delivered,
      read = r.read + excluded.read, failed = r.failed + excluded.failed`
}

export async function addFailures(tx: Tx, rows: readonly FailureDelta[]): Promise<void> {
  if (rows.length === 0) return
  const of = columnsOf(tx, rows)
  await tx`
    insert into failures as f (tenant_id, grain, at, number_id, error_code, failure_code, count)
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('int', (row) => row.grain)}::int[],
      ${of('timestamptz', (row) => row.at)}::timestamptz[],
      ${of('uuid', (row) => row.numberId)}::uuid[],
      ${of('int', (row) => row.errorCode)}::int[],
      ${of('text', (row) => row.failureCode)}::text[],
      ${of('bigint', (row) => row.count)}::bigint[]
    )
    on conflict (tenant_id, grain, at, number_id, error_code, failure_code) do update set
      count = f.count + excluded.count`
}
