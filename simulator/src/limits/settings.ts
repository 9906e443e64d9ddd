import { between, oneOf, type SettingRule } from '../setting-rules.ts'

const dayMs = 86_400_000

/** Limits of accounts and portfolios. Source: Meta, "Messaging limits", "Throughput", "Rate limits". */
export interface LimitSettings {
  /** How often portfolios are looked at for a higher messaging limit. */
  growthEveryMs: number
  /** How webhooks tell a messaging limit: both are seen. */
  limitsAs: 'tier' | 'number'
  /** How long a number is in maintenance (131057) while its throughput goes up. */
  upgradeMs: number
  /** How long a new display name is under review. */
  nameReviewMs: number
  /** Management calls of an account in an hour: with a registered number, and without. */
  accountCallsPerHour: number
  accountCallsPerHourUnregistered: number
  /** Of an app, all accounts together; 0: any number, as Meta's depends on its users. */
  appCallsPerHour: number
}

export const defaultLimitSettings: Readonly<LimitSettings> = {
  growthEveryMs: 6 * 3_600_000,
  limitsAs: 'tier',
  upgradeMs: 60_000,
  nameReviewMs: 2_000,
  accountCallsPerHour: 5_000,
  accountCallsPerHourUnregistered: 200,
  appCallsPerHour: 0,
}

export const limitSettingRules: Readonly<Record<keyof LimitSettings, SettingRule>> = {
  growthEveryMs: between(60_000, 30 * dayMs),
  limitsAs: oneOf('tier', 'number'),
  upgradeMs: between(0, dayMs),
  nameReviewMs: between(0, 30 * dayMs),
  accountCallsPerHour: between(1, 1_000_000),
  accountCallsPerHourUnregistered: between(1, 1_000_000),
  appCallsPerHour: between(0, 100_000_000),
}
