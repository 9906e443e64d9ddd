import { type ArrayType, column, type Tx } from '@palomar/db'
import type { Fact, Told } from '../domain/fact.ts'

interface Key {
  tenantId: string
  messageId: string
}

/** Makes the empty row of each message that has none; waits for whoever is making the same one. */
export async function ensureFacts(tx: Tx, told: readonly Told[]): Promise<void> {
  const rows = [...told].sort(byKey)
  const of = columnsOf(tx, rows)
  await tx`
    insert into facts (tenant_id, message_id, number_id, direction, at)
    select * from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.messageId)}::uuid[],
      ${of('uuid', (row) => row.numberId)}::uuid[],
      ${of('text', (row) => row.direction)}::text[],
      ${of('timestamptz', (row) => row.at)}::timestamptz[]
    )
    on conflict (tenant_id, message_id) do nothing`
}

/** The rows of these messages, locked in the order of their keys until the transaction ends. */
export async function lockFacts(tx: Tx, keys: readonly Key[]): Promise<Fact[]> {
  const of = columnsOf(tx, keys)
  return tx<Fact[]>`
    select f.tenant_id as "tenantId", f.message_id as "messageId", f.number_id as "numberId",
      f.conversation_id as "conversationId", f.direction, f.type, f.created_by as "createdBy", f.at,
      f.stored_at as "storedAt", f.version, f.state, f.accepted_at as "acceptedAt", f.sent_at as "sentAt",
      f.delivered_at as "deliveredAt", f.read_at as "readAt", f.failed_at as "failedAt",
      f.error_code as "errorCode", f.failure_code as "failureCode", f.pricing_category as "pricingCategory",
      f.pricing_model as "pricingModel", f.billable
    from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.messageId)}::uuid[]
    ) as asked (tenant_id, message_id)
    join facts f on f.tenant_id = asked.tenant_id and f.message_id = asked.message_id
    order by f.tenant_id, f.message_id
    for update of f`
}

/** Rows that the transaction has locked. */
export async function writeFacts(tx: Tx, rows: readonly Fact[]): Promise<void> {
  const of = columnsOf(tx, rows)
  await tx`
    update facts f set conversation_id = row.conversation_id, type = row.type, created_by = row.created_by,
      at = row.at, stored_at = row.stored_at, version = row.version, state = row.state,
      accepted_at = row.accepted_at, sent_at = row.sent_at, delivered_at = row.delivered_at, read_at = row.read_at,
      failed_at = row.failed_at, error_code = row.error_code, failure_code = row.failure_code,
      pricing_category = row.pricing_category, pricing_model = row.pricing_model, billable = row.billable,
      number_id = row.number_id, direction = row.direction
    from unnest(
      ${of('uuid', (row) => row.tenantId)}::uuid[],
      ${of('uuid', (row) => row.messageId)}::uuid[],
      ${of('uuid', (row) => row.numberId)}::uuid[],
      ${of('text', (row) => row.direction)}::text[],
      ${of('uuid', (row) => row.conversationId)}::uuid[],
      ${of('text', (row) => row.type)}::text[],
      ${of('text', (row) => row.createdBy)}::text[],
      ${of('timestamptz', (row) => row.at)}::timestamptz[],
      ${of('timestamptz', (row) => row.storedAt)}::timestamptz[],
      ${of('bigint', (row) => row.version)}::bigint[],
      ${of('text', (row) => row.state)}::text[],
      ${of('timestamptz', (row) => row.acceptedAt)}::timestamptz[],
      ${of('timestamptz', (row) => row.sentAt)}::timestamptz[],
      ${of('timestamptz', (row) => row.deliveredAt)}::timestamptz[],
      ${of('timestamptz', (row) => row.readAt)}::timestamptz[],
      ${of('timestamptz', (row) => row.failedAt)}::timestamptz[],
      ${of('int', (row) => row.errorCode)}::int[],
      ${of('text', (row) => row.failureCode)}::text[],
      ${of('text', (row) => row.pricingCategory)}::text[],
      ${of('text', (row) => row.pricingModel)}::text[],
      ${of('bool', (row) => row.billable)}::bool[]
    ) as row (tenant_id, message_id, number_id, direction, conversation_id, type, created_by, at, stored_at, version,
      state, accepted_at, sent_at, delivered_at, read_at, failed_at, error_code, failure_code, pricing_category,
      pricing_model, billable)
    where f.tenant_id = row.tenant_id and f.message_id = row.message_id`
}

/** One array parameter per column of these rows. */
export function columnsOf<R>(tx: Tx, rows: readonly R[]) {
  return (type: ArrayType, pick: (row: R) => Parameters<typeof column>[2][number]) =>
    column(tx, type, rows.map(pick))
}

function byKey(a: Key, b: Key): number {
  const [left, right] = [a, b].map((key) => `${key.tenantId}/${key.messageId}`)
  return (left ?? '') < (right ?? '') ? -1 : 1
}
