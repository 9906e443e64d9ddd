import type { TemplateComponent } from '../template/definition.ts'

/**
 * What is known at the moment of the question. Absent: not known, or not of concern; `null` and empty values are
 * knowledge. `until` words that are `null` mean: until someone acts.
 */
export interface SendState {
  now: Date
  /** Sending is switched off for this installation. */
  enabled?: boolean
  tenant?: { state: string }
  /** Undefined is knowledge here: there is no such number. `active` is the state in which it may send. */
  number: { state: string; pausedUntil?: Date | undefined; reason?: string | undefined } | undefined
  waba?: { pausedUntil?: Date | null; reason?: string }
  recipient?: {
    suppressedUntil?: Date | null
    suppressedBecause?: string
    /** Consent withdrawn for everything, or for marketing only. */
    optedOut?: boolean
    optedOutOfMarketing?: boolean
    isSender?: boolean
    /** The category of the template or of Direct Send, when the caller knows it. */
    templateCategory?: string
  }
  /** The customer service window; `expiresAt: null` when it was never open. */
  window?: { expiresAt: Date | null }
  /** `null`: the account has no such template in that language. */
  template?: {
    status: string
    category: string
    pausedUntil?: Date
    components?: readonly TemplateComponent[]
  } | null
  quota?: { limit: number; used: number; resetsAt?: Date }
  quietHours?: { endsAt: Date }
}
