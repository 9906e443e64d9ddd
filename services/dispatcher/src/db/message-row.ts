import type { SendMessage } from '@palomar/cloud-api'
import type { Attempt, AttemptState, MetaError, Pricing, Verdict } from '../domain/attempt.ts'
import type { Ending, MessageFold, MessageState } from '../domain/message.ts'

/** A row of dispatcher.messages as Postgres gives it. */
export interface MessageRow {
  tenant_id: string
  id: string
  number_id: string
  partition: number
  lane_class: number
  recipient_key: string
  recipient_to: string
  recipient_user_id: string
  type: SendMessage['type']
  content: string
  context_wamid: string
  callback_data: string
  created_by: string
  traceparent: string
  accepted_at: Date
  due_at: Date
  in_lane: boolean
  state: MessageState
  version: bigint
  attempt_n: number
  tries: number
  tries_max: number
  /** The UTC day of the first attempt, `2026-11-21`; only where the statement asked for it. */
  attempts_day_text: string | null
  reply_to: string
  ending: Ending['kind'] | null
  ending_at: Date | null
  ending_code: string | null
  sent_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  failed_at: Date | null
  error: MetaError | null
  failure_code: string | null
  pricing: Pricing | null
  wa_id: string | null
}

/** A row of dispatcher.attempts. `day` is kept as text, `2026-11-21`. */
export interface AttemptRow {
  tenant_id: string
  day: string
  message_id: string
  n: number
  tries: number
  number_id: string
  partition: number
  epoch: bigint
  lane_class: number
  state: AttemptState
  wamid: string | null
  wa_id: string | null
  held: boolean
  started_at: Date
  settled_at: Date | null
  accepted_at: Date | null
  sent_at: Date | null
  delivered_at: Date | null
  read_at: Date | null
  failed_at: Date | null
  error: MetaError | null
  verdict: Verdict | null
  pricing: Pricing | null
  pricing_from: AttemptState | null
}

export function attemptOf(row: AttemptRow): Attempt {
  return {
    n: row.n,
    tries: row.tries,
    state: row.state,
    wamid: row.wamid,
    waId: row.wa_id,
    held: row.held,
    startedAt: row.started_at,
    settledAt: row.settled_at,
    acceptedAt: row.accepted_at,
    sentAt: row.sent_at,
    deliveredAt: row.delivered_at,
    readAt: row.read_at,
    failedAt: row.failed_at,
    error: row.error,
    verdict: row.verdict,
    pricing: row.pricing,
    pricingFrom: row.pricing_from,
  }
}

export function endingOf(row: MessageRow): Ending | null {
  if (!row.ending) return null
  return { kind: row.ending, at: row.ending_at ?? row.accepted_at, failureCode: row.ending_code }
}

/** What the row says of itself: the fold that was written last. */
export function foldOf(row: MessageRow): Omit<MessageFold, 'wamids'> {
  return {
    state: row.state,
    sentAt: row.sent_at,
    deliveredAt: row.delivered_at,
    readAt: row.read_at,
    failedAt: row.failed_at,
    error: row.error,
    failureCode: row.failure_code,
    pricing: row.pricing,
    waId: row.wa_id,
  }
}
