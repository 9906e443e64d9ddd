import type { ingestEventsV1 } from '@palomar/contracts'

/** A status as it counts for one message. */
export interface StatusFact {
  status: string
  at: Date
  participant: string
  error: ingestEventsV1.MetaError | undefined
  pricing: ingestEventsV1.Pricing | undefined
}

/** What statuses say of a message, whatever their order and however often they came. Dates as ISO text: it is a jsonb. */
export interface Fold {
  rank: number
  state: string
  sentAt?: string
  deliveredAt?: string
  readAt?: string
  failedAt?: string
  error?: ingestEventsV1.MetaError
  pricing?: ingestEventsV1.Pricing
  /** When the pricing was said: the first one holds. */
  pricingAt?: string
}

/** sent < failed < delivered < read (CONTRACTS 19); what a state of the ledger is worth beside them. */
const ranks: Record<string, number> = { sent: 1, failed: 2, delivered: 3, read: 4, played: 4 }

export function rankOf(state: string): number {
  return ranks[state] ?? 0
}

export const emptyFold: Fold = { rank: 0, state: '' }

/** Unknown words change nothing; of each time the earliest holds, because a later one is a repetition. */
export function foldStatus(fold: Fold, fact: StatusFact): Fold {
  const rank = rankOf(fact.status)
  if (rank === 0) return fold
  const at = fact.at.toISOString()
  const next: Fold = { ...fold }
  if (rank > fold.rank) {
    next.rank = rank
    next.state = fact.status === 'played' ? 'read' : fact.status
  }
  if (fact.status === 'sent') next.sentAt = earlier(fold.sentAt, at)
  if (fact.status === 'delivered') next.deliveredAt = earlier(fold.deliveredAt, at)
  if (rank === 4) next.readAt = earlier(fold.readAt, at)
  if (fact.status === 'failed' && (fold.failedAt === undefined || isBefore(at, fact, fold))) {
    next.failedAt = at
    if (fact.error) next.error = fact.error
  }
  if (fact.pricing && isPricedBefore(at, fact.pricing, fold)) {
    next.pricing = fact.pricing
    next.pricingAt = at
  }
  return next
}

/** Two failures of one second: the lower error code holds, so that their order does not matter. */
function isBefore(at: string, fact: StatusFact, fold: Fold): boolean {
  const held = fold.failedAt ?? ''
  return at < held || (at === held && (fact.error?.code ?? 0) < (fold.error?.code ?? 0))
}

function isPricedBefore(at: string, pricing: ingestEventsV1.Pricing, fold: Fold): boolean {
  if (fold.pricingAt === undefined || at !== fold.pricingAt)
    return fold.pricingAt === undefined || at < fold.pricingAt
  return JSON.stringify(pricing) < JSON.stringify(fold.pricing)
}

function earlier(a: string | undefined, b: string): string
function earlier(a: string | undefined, b: string | undefined): string | undefined
function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
