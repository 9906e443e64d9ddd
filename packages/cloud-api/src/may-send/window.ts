const hourMs = 3_600_000

/** A customer's message or call lets a business write freely for this long. */
export const serviceWindowMs = 24 * hourMs
/** The same after a click on an ad that the business answers within 24 hours. */
export const freeEntryPointMs = 72 * hourMs

/**
 * When the window closes that a customer's message opened. Reactions, edits, revocations and system messages open
 * none: no source says that they do.
 */
export function windowAfter(inbound: { at: Date; type: string }): Date | null {
  if (opensNoWindow.has(inbound.type)) return null
  return new Date(inbound.at.getTime() + serviceWindowMs)
}

/**
 * When the window closes that a call opened. Only a call of the customer's opens one, from when it rang, answered or not: an end
 * that came without its beginning counts from the answer, or from itself if nobody answered.
 */
export function windowAfterCall(call: {
  event: string
  isByUser?: boolean
  timestamp?: Date
  startedAt?: Date
}): Date | null {
  if (call.isByUser !== true || !(call.event === 'connect' || call.event === 'terminate')) return null
  const rangAt = call.event === 'terminate' ? (call.startedAt ?? call.timestamp) : call.timestamp
  return rangAt ? new Date(rangAt.getTime() + serviceWindowMs) : null
}

const opensNoWindow = new Set(['reaction', 'edit', 'revoke', 'system'])

/** The free entry point window: from the business's answer to a message that came through an ad. */
export function freeEntryPointAfter(clickedAt: Date, answeredAt: Date): Date | null {
  const answeredInTime = answeredAt.getTime() - clickedAt.getTime() <= serviceWindowMs
  return answeredInTime ? new Date(answeredAt.getTime() + freeEntryPointMs) : null
}
