import { type ErrorEntry, type ErrorHints, errorPolicy } from '@palomar/cloud-api'
import type { FailedState, MetaError, Verdict } from './attempt.ts'
import type { LaneClass } from './lane-class.ts'

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
  /** Wait before the next attempt: a random time up to this (full jitter) … */
  jitterMs?: number
  /** … and at least this. */
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
/** What is not the message's fault does not use up its tries; this only bounds them. */
const patientTriesMax = 100

/**
 * What follows a failed attempt: a pure function of the error, the class of the message and how often it was tried.
 *
 * Silence (`unknown`): a code for logging in is sent again, because a second one harms less than none; anything else
 * fails, because a second copy is worse than a failure that says so. An error: by its class in the catalogue.
 */
export function policyFor(
  state: FailedState,
  error: MetaError | null,
  standing: Standing,
  hints: ErrorHints = {},
): Policy {
  if (state === 'unknown') {
    const max = Math.min(authenticationTriesMax, standing.triesMax)
    const again = standing.laneClass === 'authentication' && standing.tries < max
    return { verdict: again ? 'again' : 'final' }
  }
  // A synchronous send: Graph's answer is the caller's.
  if (standing.triesMax <= 1) return { verdict: 'final' }
  return byEntry(errorPolicy(error?.code ?? 0, hints), standing)
}

function byEntry(entry: ErrorEntry, { tries, triesMax }: Standing): Policy {
  const { waitMs } = entry
  const again = (more: Omit<Policy, 'verdict'>, max = triesMax): Policy =>
    tries < (entry.triesMax ?? max) ? { verdict: 'again', ...more } : { verdict: 'final' }
  const rest = (reason: string, forMs: number): Hold => ({ reason, forMs, byToken: false })
  switch (entry.class) {
    case 'retry':
      return again({ delayMs: waitMs ?? 0, jitterMs: Math.min(1_000 * 2 ** tries, 5 * minuteMs) })
    case 'slow-number':
      return again({ jitterMs: 4_000, hold: rest('slow', waitMs ?? 1_000) }, patientTriesMax)
    case 'slow-waba':
    case 'slow-app':
      return again({ jitterMs: 10_000, hold: rest('slow', waitMs ?? minuteMs) }, patientTriesMax)
    case 'slow-pair':
      // Meta asks for 4^n seconds.
      return again({ delayMs: 4 ** Math.min(tries, 6) * 1_000, jitterMs: 1_000 }, 10)
    case 'defer':
      // Early retries make it worse, so each waits longer.
      return again({ delayMs: (waitMs ?? 24 * hourMs) * tries, jitterMs: hourMs })
    case 'pause-number':
    case 'pause-waba':
      return again({ hold: rest('refused_by_meta', waitMs ?? numberRestMs) }, 20)
    case 'token':
      return again({ hold: { reason: 'token', forMs: null, byToken: true } }, patientTriesMax)
    case 'pause-template':
    case 'suppress':
    case 'suppress-marketing':
    case 'fix-request':
    case 'never':
      return { verdict: 'final' }
  }
}

/** When the next attempt of a row with this policy is due. */
export function dueAfter({ delayMs = 0, jitterMs = 0 }: Policy, nowMs: number, random: number): number {
  return nowMs + delayMs + Math.floor(jitterMs * random)
}

/** Wait after an attempt that never left us, by how many did not in a row: full jitter up to 30 s. */
export function notSentDelayMs(inARow: number, random: number): number {
  return Math.floor(Math.min(250 * 2 ** Math.min(inARow, 7), 30_000) * random)
}

/** How long silence must last before an attempt's doubt ends (CONTRACTS 28). */
export function graceMs(laneClass: LaneClass): number {
  if (laneClass === 'authentication') return minuteMs
  // Paced templates get their first status late.
  return laneClass === 'marketing' ? 24 * hourMs : 15 * minuteMs
}
