import type { ErrorHints } from '@palomar/cloud-api'
import type { ingestEventsV1 } from '@palomar/contracts'

export type MetaError = ingestEventsV1.MetaError
export type Pricing = ingestEventsV1.Pricing

/**
 * What is known of an attempt, weakest knowledge first. An attempt's state is the strongest fact that was ever told
 * about it, so facts may come twice, late and in any order: an answer beats our own guess, and a status of Meta's
 * beats the answer.
 *
 * - `unknown`: its doubt ended in silence; any later word of Meta's beats this.
 * - `rejected`: Graph answered with an error. `failed`: a status webhook said so.
 */
export const attemptStates = [
  'sending',
  'in_doubt',
  'not_sent',
  'unknown',
  'rejected',
  'accepted',
  'sent',
  'failed',
  'delivered',
  'read',
] as const
export type AttemptState = (typeof attemptStates)[number]

const ranks = Object.fromEntries(attemptStates.map((state, rank) => [state, rank])) as Record<
  AttemptState,
  number
>
export const rankOf = (state: AttemptState): number => ranks[state]

/** Nobody knows yet what became of it: it may still reach the customer. */
export const isOpen = (state: AttemptState): boolean => state === 'sending' || state === 'in_doubt'

/** Whether the policy makes another attempt after this one failed. */
export type Verdict = 'again' | 'final'

export interface Attempt {
  n: number
  /** 1 + the attempts before it that failed; those that never left us do not count. */
  tries: number
  state: AttemptState
  wamid: string | null
  waId: string | null
  /** Meta accepted it but holds it back (template pacing): not on its way yet. */
  held: boolean
  startedAt: Date
  settledAt: Date | null
  acceptedAt: Date | null
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  error: MetaError | null
  verdict: Verdict | null
  pricing: Pricing | null
  /** The status that told the pricing; a later status's is the truer one. */
  pricingFrom: AttemptState | null
}

export type StatusWord = 'sent' | 'delivered' | 'read' | 'failed'

export type Fact =
  | { kind: 'accepted'; at: Date; wamid: string; waId: string | null; held: boolean }
  | { kind: 'rejected'; at: Date; error: MetaError; hints?: ErrorHints }
  | { kind: 'not_sent'; at: Date }
  | { kind: 'in_doubt'; at: Date }
  | { kind: 'unknown'; at: Date }
  | {
      kind: 'status'
      at: Date
      status: StatusWord
      wamid: string
      waId: string | null
      error: MetaError | null
      pricing: Pricing | null
    }

export type FailedState = 'rejected' | 'failed' | 'unknown'
/** What the policy says to an attempt that failed; a pure function, so that repeating it changes nothing. */
export type Decide = (
  state: FailedState,
  error: MetaError | null,
  tries: number,
  hints?: ErrorHints,
) => Verdict

/** The attempt with one more fact. Idempotent, and the same whatever the order of the facts. */
export function applyFact(attempt: Attempt, fact: Fact, decide: Decide): Attempt {
  const next = { ...attempt }
  const state = stateOf(fact)
  if (fact.kind !== 'in_doubt') next.settledAt = earlier(attempt.settledAt, fact.at)
  if (fact.kind === 'accepted') {
    next.acceptedAt = earlier(attempt.acceptedAt, fact.at)
    next.held = fact.held
  }
  if (fact.kind === 'accepted' || fact.kind === 'status') {
    next.wamid = fact.kind === 'accepted' ? fact.wamid : (attempt.wamid ?? fact.wamid)
    next.waId = fact.kind === 'accepted' ? (fact.waId ?? attempt.waId) : (attempt.waId ?? fact.waId)
  }
  if (fact.kind === 'status') {
    const time = `${fact.status}At` as const
    next[time] = earlier(attempt[time], fact.at)
    if (fact.pricing && isTruerPricing(attempt, fact.pricing, fact.status)) {
      next.pricing = fact.pricing
      next.pricingFrom = fact.status
    }
  }
  if (fact.kind === 'rejected' || fact.kind === 'unknown') next.failedAt = earlier(attempt.failedAt, fact.at)
  const error = fact.kind === 'rejected' || fact.kind === 'status' ? fact.error : null
  if (wins(attempt, state, error)) {
    next.state = state
    next.error = isFailed(state) ? error : null
    next.verdict = isFailed(state)
      ? decide(state, error, attempt.tries, fact.kind === 'rejected' ? fact.hints : undefined)
      : null
  }
  return next
}

function isFailed(state: AttemptState): state is FailedState {
  return state === 'rejected' || state === 'failed' || state === 'unknown'
}

function isTruerPricing(attempt: Attempt, pricing: Pricing, from: AttemptState): boolean {
  const difference = rankOf(from) - rankOf(attempt.pricingFrom ?? 'sending')
  // Two words of the same status never differ in practice; if they do, any fixed choice keeps the fold a fold.
  return difference > 0 || (difference === 0 && JSON.stringify(pricing) > JSON.stringify(attempt.pricing))
}

/** A stronger fact wins; of two failures of the same strength the lower code, so that order does not matter. */
function wins(attempt: Attempt, state: AttemptState, error: MetaError | null): boolean {
  if (state !== attempt.state) return rankOf(state) > rankOf(attempt.state)
  if (!isFailed(state)) return false
  return error !== null && error.code < (attempt.error?.code ?? Number.POSITIVE_INFINITY)
}

function stateOf(fact: Fact): AttemptState {
  return fact.kind === 'status' ? fact.status : fact.kind
}

function earlier(known: Date | null, at: Date): Date {
  return known && known.getTime() <= at.getTime() ? known : at
}

/** An attempt as the claim records it, before the call. */
export function newAttempt(n: number, tries: number, startedAt: Date): Attempt {
  return {
    n,
    tries,
    state: 'sending',
    wamid: null,
    waId: null,
    held: false,
    startedAt,
    settledAt: null,
    acceptedAt: null,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
    error: null,
    verdict: null,
    pricing: null,
    pricingFrom: null,
  }
}
