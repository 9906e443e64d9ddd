import { type Attempt, isOpen, type MetaError, type Pricing, rankOf } from './attempt.ts'

export const messageStates = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'cancelled',
  'expired',
] as const
export type MessageState = (typeof messageStates)[number]

/** A decision of the ledger's own, made while no attempt was open. */
export interface Ending {
  kind: 'cancelled' | 'expired' | 'failed'
  at: Date
  /** Our own code when it is a failure: window_closed, template_paused, … */
  failureCode: string | null
}

export interface MessageFold {
  state: MessageState
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  error: MetaError | null
  failureCode: string | null
  pricing: Pricing | null
  waId: string | null
  /** Of every attempt that Meta accepted, first attempt first. */
  wamids: string[]
}

/**
 * What has become of a message: a pure function of its attempts and of the ledger's own ending.
 *
 * Good news of any attempt beats everything, also a cancellation: the customer has it. While an attempt is open the
 * message is `sending`. It has failed only when no attempt is open and the policy made no other.
 */
export function foldMessage(attempts: readonly Attempt[], ending: Ending | null): MessageFold {
  const inOrder = [...attempts].sort((a, b) => a.n - b.n)
  const best = inOrder.filter(isGood).sort((a, b) => rankOf(b.state) - rankOf(a.state))[0]
  const last = inOrder.at(-1)
  const fold: MessageFold = {
    state: 'queued',
    sentAt: earliest(inOrder.map((a) => (isGood(a) ? (a.sentAt ?? a.acceptedAt) : null))),
    deliveredAt: earliest(inOrder.map((a) => a.deliveredAt)),
    readAt: earliest(inOrder.map((a) => a.readAt)),
    failedAt: null,
    error: null,
    failureCode: null,
    pricing: (best ?? inOrder.findLast((a) => a.pricing !== null))?.pricing ?? null,
    waId: inOrder.find((a) => a.waId !== null)?.waId ?? null,
    wamids: inOrder.flatMap((a) => (a.wamid === null ? [] : [a.wamid])),
  }
  if (best) {
    fold.state = best.state === 'accepted' ? 'sent' : (best.state as 'sent' | 'delivered' | 'read')
  } else if (inOrder.some((a) => isOpen(a.state) || a.state === 'accepted')) {
    fold.state = 'sending'
  } else if (last?.verdict === 'final') {
    fold.state = 'failed'
    fold.failedAt = last.failedAt
    fold.error = last.error
    fold.failureCode = last.state === 'unknown' ? 'unknown' : null
  } else if (ending) {
    fold.state = ending.kind
    fold.failureCode = ending.failureCode
    if (ending.kind === 'failed') fold.failedAt = ending.at
  }
  return fold
}

/** With Meta or further; one that Meta holds back is not yet on its way. */
function isGood({ state, held }: Attempt): boolean {
  return (state === 'accepted' && !held) || state === 'sent' || state === 'delivered' || state === 'read'
}

function earliest(times: (Date | null)[]): Date | null {
  return times.reduce((first, at) => (at && (!first || at < first) ? at : first), null)
}

/** Nothing more is to be expected, whatever is done. */
export const isTerminal = (state: MessageState): boolean =>
  state === 'read' || state === 'failed' || state === 'cancelled' || state === 'expired'

const dayMs = 86_400_000
/** A message stays in the ledger this long after its end … */
export const keptAfterEndMs = 7 * dayMs
/** … and one that was sent counts as ended after this long without a further status. */
export const endsAfterSentMs = 30 * dayMs

/** When the row may leave for the archive; null while it may still be sent. */
export function leavesAt(fold: MessageFold, now: Date): Date | null {
  if (isTerminal(fold.state)) return new Date(now.getTime() + keptAfterEndMs)
  if (fold.state !== 'sent' && fold.state !== 'delivered') return null
  return new Date((fold.sentAt ?? now).getTime() + endsAfterSentMs + keptAfterEndMs)
}
