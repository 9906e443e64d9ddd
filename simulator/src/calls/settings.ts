import { between, flag, oneOf, type SettingRule } from '../setting-rules.ts'

/** Calls, where Meta gives a range, has changed a figure, or is silent. */
export interface CallSettings {
  /** How long a phone rings before the call is missed: "about 30 to 60 seconds". Source: Meta, "User-initiated calls". */
  callRingMs: number
  /** Under way at once from one number. Source: Meta, error 138002. */
  callsAtOnceMax: number
  /** Connected calls of a business to one user in 24 hours: 5 in pywa, 10 in Meta's page of Nov 2025, 100 since 2026. */
  callsPerPairMax: number
  /** Calls that one number may begin in a minute (138005); 0: any number, Meta names none. */
  callsPerMinuteMax: number
  /** Requests for permission to one user, in 24 hours and in 7 days. Source: Meta, "Obtain user call permissions". */
  callRequestsPerDayMax: number
  callRequestsPerWeekMax: number
  /** Questions about permissions in a second (613). Source: the same. */
  callLookupsPerSecondMax: number
  /** Calls in a row that nobody takes until the permission is gone. Source: the same. */
  callsUnansweredMax: number
  /** What the end of a call says that was never taken: `FAILED` in YCloud's samples; Meta only lists both words. */
  missedCallStatus: 'FAILED' | 'COMPLETED'
  /** From the end of a call to its recording and transcript. */
  callRecordingMs: number
  /** With SIP: `call_created` and `terminate` without a session (meta-cloud-api, 2026), or nothing (Meta's page, 2025). */
  sipWebhooks: boolean
  /** Meta's code for calls from a number that it has taken them from; no page names one. [?] */
  callRestrictionCode: number
  /** Numbers that the app holds too have no calls. Source: 360dialog, "Calling". */
  callsBesideApp: boolean
}

export const defaultCallSettings: Readonly<CallSettings> = {
  callRingMs: 60_000,
  callsAtOnceMax: 1_000,
  callsPerPairMax: 100,
  callsPerMinuteMax: 0,
  callRequestsPerDayMax: 1,
  callRequestsPerWeekMax: 2,
  callLookupsPerSecondMax: 5,
  callsUnansweredMax: 4,
  missedCallStatus: 'FAILED',
  callRecordingMs: 2_000,
  sipWebhooks: true,
  callRestrictionCode: 368,
  callsBesideApp: false,
}

export const callSettingRules: Readonly<Record<keyof CallSettings, SettingRule>> = {
  callRingMs: between(0, 3_600_000),
  callsAtOnceMax: between(0, 100_000),
  callsPerPairMax: between(0, 5_000),
  callsPerMinuteMax: between(0, 100_000),
  callRequestsPerDayMax: between(0, 1_000),
  callRequestsPerWeekMax: between(0, 1_000),
  callLookupsPerSecondMax: between(1, 100_000),
  callsUnansweredMax: between(1, 1_000),
  missedCallStatus: oneOf('FAILED', 'COMPLETED'),
  callRecordingMs: between(0, 86_400_000),
  sipWebhooks: flag,
  callRestrictionCode: between(1, 9_999_999),
  callsBesideApp: flag,
}
