import { AppError } from './app-error.ts'
import { errorCatalogue } from './catalogue.ts'

export type AckDecision = { kind: 'retry' } | { kind: 'dead'; reason: string } | { kind: 'nak' }

/**
 * What a consumer does with an event whose handling failed. An error that is not ours is retried by itself: either it
 * heals, or after the last try the event is kept as a dead letter; nothing is dropped.
 */
export function ackDecision(error: unknown): AckDecision {
  if (!(error instanceof AppError)) return { kind: 'retry' }
  const kind = errorCatalogue[error.code].ack
  return kind === 'dead' ? { kind, reason: error.message } : { kind }
}
