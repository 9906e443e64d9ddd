import { isBsuid } from '../people/bsuid.ts'
import type { SendMessage } from '../send/message.ts'
import { fitTemplate } from '../template/fit.ts'
import { type Alternative, type Refusal, refuse } from './refusal.ts'
import type { SendState } from './state.ts'

export type SendDecision = { ok: true } | ({ ok: false } & Refusal)

/** What of a message decides whether it may go: a checked message is one, and so are a few columns of a row. */
export type SendSubject = Pick<SendMessage, 'type'> &
  Partial<Pick<SendMessage, 'category' | 'to' | 'recipient'>> & {
    template?: Extract<SendMessage, { type: 'template' }>['template']
  }

/**
 * Whether a message may be sent, as far as is known; one pure function, asked at accept and again at the attempt
 * (CONTRACTS 29). Facts that the caller leaves out are taken as no hindrance; a window that was never open is a fact.
 * The refusal is the one that lasts longest or that the caller can least change: company before number before
 * person before template before window before quota and hour.
 */
export function canSend(message: SendSubject, state: SendState): SendDecision {
  const refusal =
    accountRefusal(state) ??
    personRefusal(message, state) ??
    contentRefusal(message, state) ??
    paceRefusal(state)
  return refusal ? { ok: false, ...refusal } : { ok: true }
}

/** Free text goes only into an open window; a template, and Direct Send with a category, go at any time. */
export function needsWindow(message: Pick<SendSubject, 'type' | 'category'>): boolean {
  return message.type !== 'template' && (message.category === undefined || message.category === 'service')
}

function accountRefusal({ now, enabled, tenant, number, waba }: SendState): Refusal | undefined {
  if (enabled === false) return refuse('sending_disabled')
  if (tenant && tenant.state !== 'active') return refuse('company_suspended')
  if (number === undefined || number.state === 'deleted')
    return refuse('number_unknown', { field: 'number_id' })
  if (number.state !== 'active') {
    return refuse('number_paused', { field: 'number_id', until: number.pausedUntil, detail: number.reason })
  }
  if (number.pausedUntil && number.pausedUntil > now) {
    return refuse('number_paused', { field: 'number_id', until: number.pausedUntil, detail: number.reason })
  }
  if (waba?.pausedUntil !== undefined && (waba.pausedUntil === null || waba.pausedUntil > now)) {
    return refuse('number_paused', {
      field: 'number_id',
      until: waba.pausedUntil ?? undefined,
      detail: waba.reason,
    })
  }
  return undefined
}

function personRefusal(message: SendSubject, { now, recipient }: SendState): Refusal | undefined {
  if (!recipient) return undefined
  const { suppressedUntil, suppressedBecause } = recipient
  if (suppressedUntil !== undefined && (suppressedUntil === null || suppressedUntil > now)) {
    return refuse('recipient_suppressed', {
      field: 'to',
      until: suppressedUntil ?? undefined,
      detail: suppressedBecause,
    })
  }
  if (recipient.isSender) return refuse('recipient_is_sender', { field: 'to' })
  if (recipient.optedOut) return refuse('recipient_suppressed', { field: 'to', detail: optedOutOf.all })
  const isMarketing = categoryOf(message, recipient.templateCategory) === 'marketing'
  if (isMarketing && recipient.optedOutOfMarketing) {
    return refuse('recipient_suppressed', {
      field: 'to',
      detail: optedOutOf.marketing,
      alternatives: ['utility_template'],
    })
  }
  return undefined
}

const optedOutOf = {
  all: 'This contact has asked for no more messages.',
  marketing: 'This contact has asked for no more marketing.',
}

function categoryOf(message: SendSubject, templateCategory: string | undefined): string | undefined {
  return (message.category ?? templateCategory)?.toLowerCase()
}

function contentRefusal(message: SendSubject, state: SendState): Refusal | undefined {
  if (message.type === 'template') return templateRefusal(message, state)
  if (!needsWindow(message)) return undefined
  const { now, window } = state
  if (window === undefined) return undefined
  if (window.expiresAt && window.expiresAt > now) return undefined
  return refuse('window_closed', { until: window.expiresAt ?? undefined, alternatives: ['template'] })
}

function templateRefusal({ template, to, recipient }: SendSubject, state: SendState): Refusal | undefined {
  const known = state.template
  if (known === undefined) return undefined
  const another: Alternative[] = ['another_template']
  if (known === null) return refuse('template_not_found', { field: 'template.name', alternatives: another })
  const status = known.status.toUpperCase()
  if (status === 'PAUSED') {
    return refuse('template_paused', {
      field: 'template.name',
      until: known.pausedUntil,
      alternatives: another,
    })
  }
  if (status === 'DISABLED')
    return refuse('template_disabled', { field: 'template.name', alternatives: another })
  if (status !== 'APPROVED' && status !== 'FLAGGED') {
    return refuse('template_not_approved', { field: 'template.name', alternatives: another })
  }
  // Its buttons act on a phone, which Meta then does not know. (131062)
  if (known.category.toUpperCase() === 'AUTHENTICATION' && !to && recipient && isBsuid(recipient)) {
    return refuse('recipient_needs_phone', { field: 'to' })
  }
  if (!template || !known.components) return undefined
  const fit = fitTemplate(template, known.components)
  return fit.ok ? undefined : refuse('template_parameters', { field: fit.path, detail: fit.detail })
}

function paceRefusal({ now, quota, quietHours }: SendState): Refusal | undefined {
  if (quota && quota.used >= quota.limit) return refuse('quota_exceeded', { until: quota.resetsAt })
  if (quietHours && quietHours.endsAt > now) {
    return refuse('quiet_hours', { until: quietHours.endsAt, alternatives: ['schedule'] })
  }
  return undefined
}
