import { messaging, seconds } from '../delivery/values.ts'
import { graphError } from '../graph/answer.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'
import { type CallHours, type Calling, callingOf, isBesideApp } from './calling.ts'

const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
const holidaysMax = 20
const entriesPerDayMax = 2
/** What Meta tells the account of when it changes. Source: Meta, "Configure call settings", its webhook. */
const told = ['status', 'call_icon_visibility', 'callback_permission_status', 'srtp_key_exchange_protocol']
const onOff: readonly unknown[] = ['ENABLED', 'DISABLED', undefined]

/** `calling` of POST /{phone-number-id}/settings: the refusal, when it is not taken. */
export function refuseCalling(
  simulation: Simulation,
  number: PhoneNumber,
  given: unknown,
): Response | undefined {
  if (typeof given !== 'object' || given === null)
    return graphError({ code: 100, details: 'calling must be an object.' })
  const { status, callback_permission_status, call_icon_visibility, call_hours, sip } = given as Calling
  if (!onOff.includes(status) || !onOff.includes(callback_permission_status))
    return graphError({ code: 100, details: 'status is ENABLED or DISABLED.' })
  if (![undefined, 'DEFAULT', 'DISABLE_ALL'].includes(call_icon_visibility))
    return graphError({ code: 100, details: 'call_icon_visibility is DEFAULT or DISABLE_ALL.' })
  const problem = call_hours && problemWithHours(call_hours, simulation.now())
  if (problem) return graphError({ code: 100, details: `call_hours: ${problem}` })
  const why = status === 'ENABLED' ? whyNoCalling(simulation, number) : undefined
  if (why) return graphError({ code: 138018, details: why })
  const hears = simulation.hears(number, 'calls')
  if (status === 'ENABLED' && sip?.status !== 'ENABLED' && !hears)
    return graphError({
      code: 138018,
      details: 'No app that is subscribed to this account has a subscription to the calls field.',
    })
  return undefined
}

/** Source: Meta, "Calling", prerequisites: a messaging limit of 2,000; and not beside the app. */
function whyNoCalling(simulation: Simulation, number: PhoneNumber): string | undefined {
  if (isBesideApp(simulation, number)) return 'The number is on the WhatsApp Business app.'
  const isSmall = simulation.world.portfolios.tierOf(number.businessId) === 'TIER_250'
  return isSmall ? 'Calling needs a messaging limit of at least 2000.' : undefined
}

/** Tells the account, also of what it changed itself. */
export function tellOfCalling(simulation: Simulation, number: PhoneNumber, before: Calling): void {
  const after = callingOf(simulation, number)
  const isSame =
    told.every((name) => before[name] === after[name]) && before.sip?.status === after.sip?.status
  if (isSame) return
  const now = simulation.now()
  const value = {
    messaging_product: messaging(number).messaging_product,
    timestamp: seconds(now),
    type: 'phone_number_settings',
    phone_number_settings: { phone_number_id: number.id, calling: after },
  }
  simulation.emit(number, value, 'account_settings_update', Math.floor(now / 1000))
}

function problemWithHours(hours: CallHours, now: number): string | undefined {
  if (!onOff.includes(hours.status)) return 'status is ENABLED or DISABLED'
  if (!isTimeZone(hours.timezone_id)) return 'timezone_id names no timezone'
  const { weekly_operating_hours: weekly, holiday_schedule: holidays = [] } = hours
  if (!Array.isArray(weekly) || weekly.length === 0) return 'weekly_operating_hours cannot be empty'
  if (holidays.length > holidaysMax) return `up to ${holidaysMax} holidays`
  for (const day of days) {
    const entries = weekly.filter(({ day_of_week }) => day_of_week === day)
    if (entries.length > entriesPerDayMax) return `more than ${entriesPerDayMax} entries on ${day}`
    const [first, second] = entries.toSorted((a, b) => a.open_time.localeCompare(b.open_time))
    if (first && second && second.open_time < first.close_time) return `overlapping entries on ${day}`
  }
  for (const { day_of_week, open_time, close_time } of weekly) {
    if (!days.includes(day_of_week)) return `${day_of_week} is no day`
    if (!isSpan(open_time, close_time)) return 'open_time must be before close_time, both as 0930'
  }
  const yesterday = new Date(now - 86_400_000).toISOString().slice(0, 10)
  for (const { date, start_time, end_time } of holidays) {
    if (!/^\d{4}-\d\d-\d\d$/.test(date)) return 'a holiday has a date such as 2026-12-25'
    if (date < yesterday) return `${date} is past`
    if (!isSpan(start_time, end_time)) return 'start_time must be before end_time, both as 0930'
  }
  return undefined
}

const isSpan = (from: unknown, to: unknown): boolean =>
  [from, to].every((time) => typeof time === 'string' && /^([01]\d|2[0-3])[0-5]\d$/.test(time)) &&
  String(from) < String(to)

function isTimeZone(timeZone: unknown): boolean {
  try {
    return typeof timeZone === 'string' && new Intl.DateTimeFormat('en', { timeZone }) !== undefined
  } catch {
    return false
  }
}
