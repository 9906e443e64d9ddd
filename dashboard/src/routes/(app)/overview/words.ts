import type { Metric, RecentEvent } from '#lib/figures.ts'
import { phone } from '#lib/format.ts'
import { m } from '#lib/paraglide/messages.js'
import { getLocale } from '#lib/paraglide/runtime.js'
import { inLanguage, isWords } from '#lib/words-of.ts'

export const metricWords: Record<Metric, () => string> = {
  received: m.metric_received,
  accepted: m.metric_accepted,
  sent: m.metric_sent,
  delivered: m.metric_delivered,
  read: m.metric_read,
  failed: m.metric_failed,
}

export const metricHelp: Record<Metric, () => string> = {
  received: m.metric_received_help,
  accepted: m.metric_accepted_help,
  sent: m.metric_sent_help,
  delivered: m.metric_delivered_help,
  read: m.metric_read_help,
  failed: m.metric_failed_help,
}

/** A number's state with its sign: never by colour alone. */
export function stateWords(state: string | null): { sign: string; text: string; look: string } {
  if (state === 'active') return { sign: '●', text: m.state_active(), look: 'text-success' }
  if (state === 'paused') return { sign: '❚❚', text: m.state_paused(), look: 'text-warning' }
  if (state === 'deleted') return { sign: '✕', text: m.state_deleted(), look: 'text-muted' }
  return { sign: '', text: state ?? '—', look: 'text-muted' }
}

const ownFailures: Record<string, () => string> = {
  unknown: m.failure_unknown,
  window_closed: m.failure_window_closed,
}

/** Why a message failed, in one line: Meta's title, or our own reason. */
export function failureWords(failure: {
  code: number | null
  failure_code: string | null
  title: string | null
}): string {
  const own = failure.failure_code ?? ''
  return failure.title || ownFailures[own]?.() || own || m.error_unknown()
}

const webhookStates: Record<string, () => string> = {
  enabled: m.event_webhook_enabled,
  disabled: m.event_webhook_disabled,
  failing: m.event_webhook_failing,
  deleted: m.event_webhook_deleted,
}
const numberStates: Record<string, (inputs: { number: string }) => string> = {
  active: m.event_number_active,
  paused: m.event_number_paused,
  deleted: m.event_number_deleted,
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Why, in the person's language where we have words for it. */
function reasonWords({ error_code, failure_code, title, advice }: RecentEvent['detail']): string {
  if (isWords(advice)) return inLanguage(advice, getLocale())
  const code = typeof error_code === 'number' && error_code !== 0 ? error_code : null
  return failureWords({ code, failure_code: textOf(failure_code), title: textOf(title) })
}

/** What happened, and with what sign. A kind without words shows as it is, so that nothing is hidden. */
export function eventWords(
  event: RecentEvent,
  nameOf: (numberId: string) => string,
): { sign: string; look: string; text: string; more?: string } {
  const { kind, detail } = event
  const state = textOf(detail.state)
  if (kind === 'message_failed') {
    return { sign: '!', look: 'text-danger', text: m.event_message_failed(), more: reasonWords(detail) }
  }
  if (kind === 'number_changed') {
    const number = nameOf(event.number_id ?? '') || phone(textOf(detail.display_phone_number))
    const text = numberStates[state]?.({ number }) ?? m.event_number_other({ number, state })
    return { ...stateWords(state), text }
  }
  if (kind === 'rule_fired') return { sign: '↩', look: 'text-accent', text: m.event_rule_fired() }
  if (kind === 'webhook_endpoint_changed') {
    const isBad = state === 'failing' || state === 'disabled'
    return {
      sign: isBad ? '!' : '●',
      look: isBad ? 'text-warning' : 'text-success',
      text: webhookStates[state]?.() ?? `${kind}: ${state}`,
    }
  }
  return { sign: '·', look: 'text-muted', text: kind }
}
