import type { Checks } from './checks.ts'
import { displayPhoneNumber, isAccessToken, isGraphVersion, throughputMax } from './meta.ts'

/** A ceiling that catches a slip of the keyboard; Meta's own are far below. */
const dailyQuotaMax = 1_000_000_000n

/** What can be said of a number at creation and later; fields that are not given are not checked. */
export function checkNumber(
  checks: Checks,
  given: {
    name?: string | undefined
    displayPhoneNumber?: string | undefined
    accessToken?: string | undefined
    throughputPerSecond?: number | undefined
    dailyQuota?: bigint | undefined
    graphVersion?: string | undefined
  },
): void {
  const {
    name,
    displayPhoneNumber: display,
    accessToken,
    throughputPerSecond,
    dailyQuota,
    graphVersion,
  } = given
  if (name !== undefined) checks.name(name)
  checks
    .that(
      display === undefined || displayPhoneNumber(display) !== undefined,
      'display_phone_number',
      'invalid',
      'An international phone number, such as +57 300 1234567.',
    )
    .that(
      accessToken === undefined || isAccessToken(accessToken),
      'access_token',
      'invalid',
      'The access token from Meta, without spaces.',
    )
    .that(
      throughputPerSecond === undefined || (throughputPerSecond >= 1 && throughputPerSecond <= throughputMax),
      'throughput_per_second',
      'out_of_range',
      `From 1 to ${throughputMax}.`,
    )
    .that(
      dailyQuota === undefined || (dailyQuota >= 0n && dailyQuota <= dailyQuotaMax),
      'daily_quota',
      'out_of_range',
      'Messages per day, 0 for no quota.',
    )
    .that(
      graphVersion === undefined || isGraphVersion(graphVersion),
      'graph_version',
      'invalid',
      'Such as v22.0; empty for the default.',
    )
}
