import { column, type Tx } from '@palomar/db'
import type { Attempt, MetaError, Pricing } from '../domain/attempt.ts'
import type { MessageFold } from '../domain/message.ts'
import type { AttemptRow, MessageRow } from './message-row.ts'

export interface MessageKey {
  tenantId: string
  id: string
}

export interface Held extends MessageRow {
  attempts: AttemptRow[]
}

/**
 * Locks these messages until the transaction ends, in the order given, and reads them with their attempts. The attempts are
 * a statement of their own: its snapshot is taken after the locks are granted, so it sees what the transaction that
 * held them before has written. It reads each day's table by itself.
 */
export async function lockMessages(tx: Tx, keys: readonly MessageKey[]): Promise<Map<string, Held>> {
  const rows = await tx<MessageRow[]>`
    select m.*
    from unnest(
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.tenantId),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        keys.map((key) => key.id),
      )}::uuid[]
    ) as k (tenant_id, id)
    cross join lateral (
      select *, attempts_day::text as attempts_day_text from dispatcher.messages m
      where m.tenant_id = k.tenant_id and m.id = k.id
      for update
    ) m`
  const held = new Map(rows.map((row) => [row.id, { ...row, attempts: [] as AttemptRow[] }]))
  const byDay = Map.groupBy(rows, (row) => row.attempts_day_text)
  const attempts = await Promise.all(
    [...byDay].map(([day, of]) => (day === null ? [] : readAttempts(tx, day, of))),
  )
  for (const attempt of attempts.flat()) held.get(attempt.message_id)?.attempts.push(attempt)
  return held
}

/** The attempts of messages whose first attempt was on this day. */
export async function readAttempts(
  tx: Tx,
  day: string,
  of: readonly Pick<MessageRow, 'tenant_id' | 'id'>[],
): Promise<AttemptRow[]> {
  if (isDropped(day)) return []
  return tx<AttemptRow[]>`
    select a.*, a.day::text as day
    from unnest(
      ${column(
        tx,
        'uuid',
        of.map((row) => row.tenant_id),
      )}::uuid[],
      ${column(
        tx,
        'uuid',
        of.map((row) => row.id),
      )}::uuid[]
    ) as k (tenant_id, id)
    cross join lateral (
      select * from ${tx(partitionOfDay(day))} a
      where a.tenant_id = k.tenant_id and a.day = ${day}::text::date and a.message_id = k.id
      offset 0
    ) a
    order by a.tenant_id, a.message_id, a.n`
}

/**
 * The day's own table. Named, not reached through its parent: with a partition per day the parent's plans open all of them,
 * and are costed as if they did.
 */
const partitionOfDay = (day: string): string => `dispatcher.attempts_${day.replaceAll('-', '')}`

/** Attempts are dropped after 40 days; one day less, for clocks that differ. */
const attemptsKeptMs = 39 * 86_400_000
const isDropped = (day: string): boolean => Date.parse(day) < Date.now() - attemptsKeptMs

export interface AttemptChange {
  tenantId: string
  day: string
  messageId: string
  attempt: Attempt
}

export interface MessageChange {
  tenantId: string
  id: string
  fold: Omit<MessageFold, 'wamids'>
  dueAt: Date
  inLane: boolean
  tries: number
  leavesAt: Date | null
}

/** Writes attempts of one day. */
export function writeAttempts(tx: Tx, day: string, attempts: readonly AttemptChange[]) {
  const a = (type: Parameters<typeof column>[1], pick: (change: AttemptChange) => unknown) =>
    column(tx, type, attempts.map(pick) as never)
  return tx`
    update ${tx(partitionOfDay(day))} t
    set state = v.state, wamid = v.wamid, wa_id = v.wa_id, held = v.held, settled_at = v.settled_at,
      accepted_at = v.accepted_at, sent_at = v.sent_at, delivered_at = v.delivered_at, read_at = v.read_at,
      failed_at = v.failed_at, error = v.error, verdict = v.verdict, pricing = v.pricing, pricing_from = v.pricing_from
    from unnest(
      ${a('uuid', (c) => c.tenantId)}::uuid[], ${a('text', (c) => c.day)}::text[]::date[],
      ${a('uuid', (c) => c.messageId)}::uuid[], ${a('int', (c) => c.attempt.n)}::int[],
      ${a('text', (c) => c.attempt.state)}::text[], ${a('text', (c) => c.attempt.wamid)}::text[],
      ${a('text', (c) => c.attempt.waId)}::text[], ${a('bool', (c) => c.attempt.held)}::bool[],
      ${a('timestamptz', (c) => c.attempt.settledAt)}::timestamptz[],
      ${a('timestamptz', (c) => c.attempt.acceptedAt)}::timestamptz[],
      ${a('timestamptz', (c) => c.attempt.sentAt)}::timestamptz[],
      ${a('timestamptz', (c) => c.attempt.deliveredAt)}::timestamptz[],
      ${a('timestamptz', (c) => c.attempt.readAt)}::timestamptz[],
      ${a('timestamptz', (c) => c.attempt.failedAt)}::timestamptz[],
      ${a('jsonb', (c) => json(c.attempt.error))}::jsonb[], ${a('text', (c) => c.attempt.verdict)}::text[],
      ${a('jsonb', (c) => json(c.attempt.pricing))}::jsonb[], ${a('text', (c) => c.attempt.pricingFrom)}::text[]
    ) as v (
      tenant_id, day, message_id, n, state, wamid, wa_id, held, settled_at, accepted_at, sent_at, delivered_at,
      read_at, failed_at, error, verdict, pricing, pricing_from
    )
    where t.tenant_id = v.tenant_id and t.day = v.day and t.message_id = v.message_id and t.n = v.n`
}

/** Writes the folds of messages; each version goes up by one. */
export function writeMessages(tx: Tx, messages: readonly MessageChange[]) {
  const m = (type: Parameters<typeof column>[1], pick: (change: MessageChange) => unknown) =>
    column(tx, type, messages.map(pick) as never)
  return tx`
    update dispatcher.messages m
    set version = m.version + 1, state = v.state, sent_at = v.sent_at, delivered_at = v.delivered_at,
      read_at = v.read_at, failed_at = v.failed_at, error = v.error, failure_code = v.failure_code,
      pricing = v.pricing, wa_id = v.wa_id, due_at = v.due_at, in_lane = v.in_lane, tries = v.tries,
      leaves_at = v.leaves_at
    from unnest(
      ${m('uuid', (c) => c.tenantId)}::uuid[], ${m('uuid', (c) => c.id)}::uuid[],
      ${m('text', (c) => c.fold.state)}::text[], ${m('timestamptz', (c) => c.fold.sentAt)}::timestamptz[],
      ${m('timestamptz', (c) => c.fold.deliveredAt)}::timestamptz[],
      ${m('timestamptz', (c) => c.fold.readAt)}::timestamptz[],
      ${m('timestamptz', (c) => c.fold.failedAt)}::timestamptz[], ${m('jsonb', (c) => json(c.fold.error))}::jsonb[],
      ${m('text', (c) => c.fold.failureCode)}::text[], ${m('jsonb', (c) => json(c.fold.pricing))}::jsonb[],
      ${m('text', (c) => c.fold.waId)}::text[], ${m('timestamptz', (c) => c.dueAt)}::timestamptz[],
      ${m('bool', (c) => c.inLane)}::bool[], ${m('int', (c) => c.tries)}::int[],
      ${m('timestamptz', (c) => c.leavesAt)}::timestamptz[]
    ) as v (
      tenant_id, id, state, sent_at, delivered_at, read_at, failed_at, error, failure_code, pricing, wa_id, due_at,
      in_lane, tries, leaves_at
    )
    where m.tenant_id = v.tenant_id and m.id = v.id`
}

/** Writes attempts and their messages' folds, in one trip. */
export async function writeFolds(
  tx: Tx,
  attempts: readonly AttemptChange[],
  messages: readonly MessageChange[],
): Promise<void> {
  await Promise.all([
    ...[...Map.groupBy(attempts, (change) => change.day)].map(([day, of]) => writeAttempts(tx, day, of)),
    writeMessages(tx, messages),
  ])
}

const json = (value: MetaError | Pricing | null): string | null =>
  value === null ? null : JSON.stringify(value)

export interface LaneHold {
  tenantId: string
  numberId: string
  reason: string
  until: Date | null
  tokenVersion: bigint | null
  numberVersion: bigint | null
  /** Meta's code for it. */
  errorCode: number
}

/** Makes lanes rest. A rest that is there already gives way only to one that lasts longer. */
export async function holdLanes(tx: Tx, holds: readonly LaneHold[]): Promise<void> {
  if (holds.length === 0) return
  const h = (type: Parameters<typeof column>[1], pick: (hold: LaneHold) => unknown) =>
    column(tx, type, holds.map(pick) as never)
  await tx`
    insert into dispatcher.lanes (
      tenant_id, number_id, hold_reason, hold_until, hold_token_version, hold_number_version
    )
    select distinct on (tenant_id, number_id) *
    from unnest(
      ${h('uuid', (k) => k.tenantId)}::uuid[], ${h('uuid', (k) => k.numberId)}::uuid[],
      ${h('text', (k) => k.reason)}::text[], ${h('timestamptz', (k) => k.until)}::timestamptz[],
      ${h('bigint', (k) => k.tokenVersion)}::bigint[], ${h('bigint', (k) => k.numberVersion)}::bigint[]
    ) as h (tenant_id, number_id, reason, until, token_version, number_version)
    order by tenant_id, number_id, until desc nulls first
    on conflict (tenant_id, number_id) do update
      set hold_reason = excluded.hold_reason, hold_until = excluded.hold_until,
        hold_token_version = excluded.hold_token_version, hold_number_version = excluded.hold_number_version,
        updated_at = now()
      where lanes.hold_reason is null
        or coalesce(excluded.hold_until, 'infinity') >= coalesce(lanes.hold_until, 'infinity')
        or lanes.hold_until <= now()
        or lanes.hold_number_version < excluded.hold_number_version`
}
