/** Codes of the error catalogue; each has its public text there too. */
export const refusalDetails = {
  sending_disabled: 'Sending is switched off: WhatsApp is not configured.',
  company_suspended: 'This company is suspended.',
  number_unknown: 'There is no such number, or it was deleted.',
  number_paused: 'This number is paused.',
  recipient_suppressed: 'This contact cannot be written to.',
  recipient_is_sender: 'The recipient is the sending number itself.',
  recipient_needs_phone: 'This template can only go to a phone number.',
  window_closed: "More than 24 hours have passed since the customer's last message.",
  template_not_found: 'There is no such template in this language.',
  template_not_approved: 'This template is not approved.',
  template_paused: 'Meta has paused this template.',
  template_disabled: 'Meta has disabled this template.',
  template_parameters: 'The parameters do not fit the template.',
  quota_exceeded: "The number's quota is used up.",
  quiet_hours: 'It is quiet time for this recipient.',
} as const
export type RefusalCode = keyof typeof refusalDetails

/** What could be done instead. */
export type Alternative = 'template' | 'another_template' | 'utility_template' | 'schedule'

export interface Refusal {
  code: RefusalCode
  /** For the tenant, in English. */
  detail: string
  /** Until when it holds; for a closed window, when it closed. */
  until?: Date
  alternatives: Alternative[]
  /** The field at fault, as a path. */
  field?: string
}

interface More {
  field?: string | undefined
  until?: Date | undefined
  alternatives?: Alternative[]
  detail?: string | undefined
}

export function refuse(code: RefusalCode, { field, until, alternatives = [], detail }: More = {}): Refusal {
  return {
    code,
    detail: detail ?? refusalDetails[code],
    alternatives,
    ...(until ? { until } : {}),
    ...(field ? { field } : {}),
  }
}
