/** What is known when it is asked whether a message may go. Times in milliseconds since the epoch. */
export interface SendingState {
  now: number
  number: { state: 'active' | 'paused' | 'deleted' } | undefined
  tenantState: 'active' | 'suspended' | 'deleted'
  /** The customer service (or free entry point) window's end; undefined when it never opened. */
  windowExpiresAt: number | undefined
  /** Sends left in today's quota; undefined without a quota. */
  quotaLeft?: number
  /** When the quota starts anew. */
  quotaResetsAt?: number
  /** False when the contact opted out of what this is. */
  hasConsent?: boolean
}

export type SendVerdict = { ok: true } | { ok: false; code: string; until?: number; alternatives: string[] }

export interface Sendable {
  type: string
  /** Direct Send's category. */
  category?: string | undefined
}

/** Templates, and Direct Send in a category of its own, go at any time; everything else only inside the window. */
export function needsWindow({ type, category }: Sendable): boolean {
  return type !== 'template' && (category === undefined || category === 'service')
}

/**
 * May this message be sent now? Pure: everything it depends on is an argument, so accept and attempt ask the same function.
 * Source: Meta, "Customer service windows" (24 h, free entry point 72 h; the state holds the later end).
 */
export function canSend(message: Sendable, state: SendingState): SendVerdict {
  const no = (code: string, until?: number, alternatives: string[] = []): SendVerdict => ({
    ok: false,
    code,
    alternatives,
    ...(until === undefined ? {} : { until }),
  })
  if (!state.number || state.number.state === 'deleted') return no('number_unknown')
  if (state.tenantState !== 'active') return no('company_suspended')
  if (state.number.state === 'paused') return no('number_paused')
  if (state.hasConsent === false) return no('consent_missing')
  if (state.quotaLeft !== undefined && state.quotaLeft <= 0) return no('quota_exceeded', state.quotaResetsAt)
  if (needsWindow(message) && (state.windowExpiresAt === undefined || state.windowExpiresAt <= state.now)) {
    return no('window_closed', state.windowExpiresAt, ['template'])
  }
  return { ok: true }
}
