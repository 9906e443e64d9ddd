import type { FailedState, MetaError, Verdict } from './attempt.ts'
import { type ErrorClass, errorClassOf } from './error-class.ts'
import { type LaneClass, laneClassRank } from './lane-class.ts'

/** Why and until when a number's lane rests. */
export interface Hold {
  reason: string
  /** Null: until the token or the number changes. */
  forMs: number | null
  /** A newer token lifts it. */
  byToken: boolean
}

export interface Policy {
  verdict: Verdict
  /** Wait before the next attempt: a random time up to this (full jitter); undefined: `delayMs` exactly. */
  jitterMs?: number
  delayMs?: number
  hold?: Hold
}

/** What is known of a message when one of its attempts has failed. */
export interface Standing {
  laneClass: LaneClass
  tries: number
  triesMax: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** A rest that nobody ends by hand is tried out again after this. */
const numberRestMs = 15 * minuteMs
const authenticationTriesMax = 3

/**
 * What follows a failed attempt: a pure function of the error, the class of the message and how often it was tried.
 *
 * Silence (`unknown`): a code for logging in is sent again, because a second one harms less than none; anything else
 * fails, because a second copy is worse than a failure that says so. An error: by its class in the catalogue.
 */
export function policyFor(state: FailedState, error: MetaError | null, standing: Standing): Policy {
  if (state === 'unknown') {
    const again =
      standing.laneClass === 'authentication' &&
      standing.tries < Math.min(authenticationTriesMax, standing.triesMax)
    return { verdict: again ? 'again' : 'final', delayMs: 0 }
  }
  // A synchronous send: Graph's answer is the caller's.
  if (standing.triesMax <= 1) return { verdict: 'final' }
  return byClass(errorClassOf(error?.code ?? 0), standing)
}

function byClass(errorClass: ErrorClass, { tries, triesMax }: Standing): Policy {
  const again = (more: Omit<Policy, 'verdict'>, max = triesMax): Policy =>
    tries < max ? { verdict: 'again', ...more } : { verdict: 'final' }
  switch (errorClass) {
    case 'retry':
      return again({ jitterMs: Math.min(1_000 * 2 ** tries, 5 * minuteMs) })
    case 'slow-number':
      // Not the message's fault: it may wait long, the lane slows down.
      return again({ jitterMs: 4_000, hold: { reason: 'slow', forMs: 1_000, byToken: false } }, 100)
    case 'slow-pair':
      return again({ delayMs: 4 ** Math.min(tries - 1, 5) * 1_000 }, 10)
    case 'defer':
      return again({ delayMs: 24 * hourMs * tries }, 3)
    case 'pause-number':
      return again({ hold: { reason: 'meta_refuses_number', forMs: numberRestMs, byToken: false } }, 10)
    case 'token':
      return again({ hold: { reason: 'token', forMs: null, byToken: true } }, 100)
    case 'fail':
      return { verdict: 'final' }
  }
}

/** Where a row with this policy goes in its lane; undefined for rows that are final. */
export function dueAfter(policy: Policy, nowMs: number, random: number): number {
  return (
    nowMs + (policy.jitterMs === undefined ? (policy.delayMs ?? 0) : Math.floor(policy.jitterMs * random))
  )
}

/** Wait after an attempt that never left us, by how many did not in a row: full jitter up to 30 s. */
export function notSentDelayMs(inARow: number, random: number): number {
  return Math.floor(Math.min(250 * 2 ** Math.min(inARow, 7), 30_000) * random)
}

/** How long silence must last before an attempt's doubt ends (CONTRACTS 28). */
export function graceMs(laneClass: LaneClass): number {
  if (laneClass === 'authentication') return minuteMs
  // Paced templates get their first status late.
  return laneClassRank(laneClass) === laneClassRank('marketing') ? 24 * hourMs : 15 * minuteMs
}
