const hourMs = 3_600_000

/** How long free text may go to a customer after his message (Meta's customer service window). */
export const windowMs = 24 * hourMs

/**
 * Types that are no message of the customer's own: they open no window. Reactions and edits are in doubt at Meta; a
 * window that we think closed costs a template, one that we think open costs a failed message.
 */
const silent = new Set(['reaction', 'edit', 'revoke', 'system', 'unsupported', 'unknown', 'ephemeral'])

interface Kind {
  type: string
  field: string
  placeholder: boolean
}

/** Told as it happens, not out of a number's past: agents must see it. */
export function isNews(message: Kind): boolean {
  return message.field !== 'history' && !message.placeholder
}

export function opensWindow(message: Kind): boolean {
  return isNews(message) && !silent.has(message.type)
}

/** Until when the window is open that a message of that time opened. */
export function windowEnd(sentAt: Date): Date {
  return new Date(sentAt.getTime() + windowMs)
}
