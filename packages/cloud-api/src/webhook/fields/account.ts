import { free, list, number, numberOrText, object, text, timeNumber } from '../shape.ts'

const violation = object({ violation_type: text, remediation: text })

/** `pages.accountWebhooks` */
export const accountUpdate = object({
  event: text,
  phone_number: text,
  country: text,
  violation_info: violation,
  restriction_info: list(object({ restriction_type: text, expiration: timeNumber, remediation: text })),
  // A text date, as in April 17, 2026.
  ban_info: object({ waba_ban_state: text, waba_ban_date: text }),
  lock_info: object({ expiration: timeNumber }),
  waba_info: object({
    waba_id: text,
    owner_business_id: text,
    solution_id: text,
    solution_partner_business_ids: list(text),
    partner_app_id: text,
    ad_account_id: text,
    ad_account_linked: text,
  }),
  disconnection_info: object({ reason: text, initiated_by: text }),
  partner_client_certification_info: object({
    client_business_id: text,
    status: text,
    rejection_reasons: list(text),
  }),
  partner_client_certification_needed_info: object({ client_business_id: text }),
  auth_international_rate_eligibility: object({
    start_time: timeNumber,
    exception_countries: list(object({ country_code: text, start_time: timeNumber })),
  }),
  volume_tier_info: object({
    tier_update_time: timeNumber,
    pricing_category: text,
    tier: text,
    effective_month: text,
    region: text,
  }),
})

export const accountAlerts = object({
  entity_type: text,
  entity_id: text,
  alert_info: object({
    alert_severity: text,
    alert_status: text,
    alert_type: text,
    alert_description: text,
  }),
})

export const accountReview = object({ decision: text })

export const accountSettings = object({
  messaging_product: text,
  timestamp: timeNumber,
  type: text,
  phone_number_settings: object({
    phone_number_id: text,
    calling: object({
      status: text,
      call_icon_visibility: text,
      callback_permission_status: text,
      call_hours: free,
      sip: free,
      call_icons: free,
      restrictions: free,
    }),
  }),
})

export const businessCapability = object({
  max_daily_conversations_per_business: numberOrText,
  max_phone_numbers_per_waba: number,
  max_phone_numbers_per_business: number,
  max_daily_conversation_per_phone: number,
})

/** Listed in dashboards; one client models it like an account update. [?] */
export const businessStatus = accountUpdate

export const numberQuality = object({
  display_phone_number: text,
  event: text,
  current_limit: text,
  old_limit: text,
  max_daily_conversations_per_business: numberOrText,
})

export const numberName = object({
  display_phone_number: text,
  decision: text,
  requested_verified_name: text,
  rejection_reason: text,
})

export const businessUsername = object({
  display_phone_number: text,
  username: text,
  status: text,
  metadata: object({ display_phone_number: text, phone_number_id: text }),
})

export const security = object({ display_phone_number: text, event: text, requester: text })

export const partnerSolutions = object({ event: text, solution_id: text, solution_status: text })

export const paymentConfiguration = object({
  configuration_name: text,
  provider_name: text,
  provider_mid: text,
  status: text,
  created_timestamp: timeNumber,
  updated_timestamp: timeNumber,
})

const template = {
  message_template_id: text,
  message_template_name: text,
  message_template_language: text,
}

/** `pages.templateWebhooks` */
export const templateStatus = object({
  ...template,
  event: text,
  reason: text,
  message_template_category: text,
  // Text or Unix seconds.
  disable_info: object({ disable_date: text }),
  other_info: object({ title: text, description: text }),
  rejection_info: object({ reason: text, recommendation: text }),
})

export const templateQuality = object({ ...template, previous_quality_score: text, new_quality_score: text })

export const templateComponents = object({
  ...template,
  message_template_element: text,
  message_template_title: text,
  message_template_footer: text,
  message_template_buttons: list(
    object({
      message_template_button_type: text,
      message_template_button_text: text,
      message_template_button_url: text,
      message_template_button_phone_number: text,
    }),
  ),
})

/** Impending: `new_category` is the present one and `correct_category` the coming one. Done: from previous to new. */
export const templateCategory = object({
  ...template,
  previous_category: text,
  new_category: text,
  correct_category: text,
  category_update_timestamp: timeNumber,
})

export const templateCorrectCategory = object({ ...template, category: text, correct_category: text })

/** Rates are fractions. */
export const flows = object({
  event: text,
  message: text,
  flow_id: text,
  old_status: text,
  new_status: text,
  alert_state: text,
  threshold: number,
  error_rate: number,
  requests_count: number,
  p50_latency: number,
  p90_latency: number,
  availability: number,
  errors: list(object({ error_type: text, error_rate: number, error_count: number })),
})
