import { dateOf, type Value } from '../delivery/values.ts'

/** What is known where an event of an account is told. */
export interface EventPlace {
  wabaId: string
  businessId: string
  /** Unix seconds. */
  now: number
}

const week = 7 * 86_400

/**
 * What `account_update` says by its event, beside the word; whoever makes one may say other things. Source: Meta,
 * "account_update webhook reference".
 */
export const accountEvents: Readonly<Record<string, (place: EventPlace) => Value>> = {
  ACCOUNT_DELETED: () => ({}),
  ACCOUNT_OFFBOARDED: () => ({}),
  ACCOUNT_RECONNECTED: () => ({}),
  VERIFIED_ACCOUNT: () => ({}),
  ACCOUNT_VIOLATION: () => ({
    violation_info: { violation_type: 'SCAM', remediation: 'Appeal in Business Support.' },
  }),
  ACCOUNT_RESTRICTION: ({ now }) => ({
    restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: now + week }],
  }),
  DISABLED_UPDATE: ({ now }) => ({
    ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE', waba_ban_date: dateOf(now + week) },
  }),
  PARTNER_ADDED: ({ wabaId, businessId }) => ({
    waba_info: { waba_id: wabaId, owner_business_id: businessId },
  }),
  PARTNER_REMOVED: ({ wabaId, businessId }) => ({
    waba_info: { waba_id: wabaId, owner_business_id: businessId },
  }),
  PARTNER_APP_INSTALLED: ({ wabaId, businessId }) => ({
    waba_info: { waba_id: wabaId, owner_business_id: businessId, partner_app_id: '400000000000009' },
  }),
  PARTNER_APP_UNINSTALLED: ({ wabaId, businessId }) => ({
    waba_info: { waba_id: wabaId, owner_business_id: businessId, partner_app_id: '400000000000009' },
  }),
  PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE: ({ businessId }) => ({
    partner_client_certification_info: {
      client_business_id: businessId,
      status: 'APPROVED',
      rejection_reasons: [],
    },
  }),
  PARTNER_CLIENT_CERTIFICATION_NEEDED: ({ businessId }) => ({
    partner_client_certification_needed_info: { client_business_id: businessId },
  }),
  MM_LITE_TERMS_SIGNED: ({ wabaId, businessId }) => ({
    waba_info: { waba_id: wabaId, owner_business_id: businessId },
  }),
  AD_ACCOUNT_LINKED: ({ wabaId, businessId }) => ({
    waba_info: { waba_id: wabaId, owner_business_id: businessId, ad_account_linked: '500000000000001' },
  }),
  AUTH_INTL_PRICE_ELIGIBILITY_UPDATE: ({ now }) => ({
    auth_international_rate_eligibility: {
      start_time: now + week,
      exception_countries: [{ country_code: 'IN', start_time: now + 2 * week }],
    },
  }),
  BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE: () => ({ country: 'CO' }),
  VOLUME_BASED_PRICING_TIER_UPDATE: ({ now }) => ({
    volume_tier_info: {
      tier_update_time: now,
      pricing_category: 'UTILITY',
      tier: '100001:200000',
      effective_month: new Date(now * 1_000).toISOString().slice(0, 7),
      region: 'Colombia',
    },
  }),
}

/** Events whose entry is of the portfolio, not of the account. */
export const ofPortfolio = (event: string): boolean => event.startsWith('PARTNER_')

export const alertTypes = [
  'INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED',
  'INCREASED_CAPABILITIES_ELIGIBILITY_FAILED',
  'INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO',
  'OBA_APPROVED',
  'OBA_REJECTED',
  'PROFILE_PICTURE_LOST',
] as const
export const reviewDecisions = ['APPROVED', 'REJECTED', 'PENDING', 'DEFERRED'] as const
