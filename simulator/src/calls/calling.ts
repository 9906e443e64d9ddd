import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../world/types.ts'

/** `calling` of a number's settings. Source: Meta, "Configure call settings". */
export interface Calling {
  status: 'ENABLED' | 'DISABLED'
  call_icon_visibility: string
  callback_permission_status: string
  call_hours?: CallHours
  sip?: { status?: string }
  [more: string]: unknown
}

export interface CallHours {
  status: string
  timezone_id: string
  weekly_operating_hours: { day_of_week: string; open_time: string; close_time: string }[]
  holiday_schedule?: { date: string; start_time: string; end_time: string }[]
}

/**
 * Meta's numbers begin without calls; those of the demo company begin with them, so that a newcomer's phone can call. A
 * number that nobody has claimed shows how it is at Meta's.
 */
export function callingOf(simulation: Simulation, number: PhoneNumber): Calling {
  const { world, calls } = simulation
  const set = world.stateOf(number.id).settings.calling as Partial<Calling> | undefined
  return {
    status: number.isClaimed ? 'ENABLED' : 'DISABLED',
    call_icon_visibility: 'DEFAULT',
    callback_permission_status: 'DISABLED',
    ...set,
    ...(isBesideApp(simulation, number) ? { status: 'DISABLED' } : {}),
    ...calls.restrictions.shownOf(number),
  }
}

/** On the WhatsApp Business app as well: calls come there. */
export const isBesideApp = ({ settings, coexistence }: Simulation, { id }: PhoneNumber): boolean =>
  !settings.callsBesideApp && coexistence.isOnApp(id)

/** Calls are signalled by SIP, not by Graph and webhooks. */
export const usesSip = (simulation: Simulation, number: PhoneNumber): boolean =>
  callingOf(simulation, number).sip?.status === 'ENABLED'

export const takesCalls = (simulation: Simulation, number: PhoneNumber): boolean =>
  callingOf(simulation, number).status === 'ENABLED'

/** Whether a customer may call now: all the time, unless hours are set. A holiday's hours stand for that whole day. */
export function isOpenAt({ call_hours: hours }: Calling, at: number): boolean {
  if (hours?.status !== 'ENABLED') return true
  const { date, day, time } = localOf(at, hours.timezone_id)
  const isIn = (from: string, to: string) => from <= time && time <= to
  const holidays = (hours.holiday_schedule ?? []).filter((holiday) => holiday.date === date)
  // Source: Meta calls it an override of the weekly schedule; its sample closes a whole day with 0000 to 2359.
  if (holidays.length > 0) return !holidays.some(({ start_time, end_time }) => isIn(start_time, end_time))
  return hours.weekly_operating_hours.some(
    ({ day_of_week, open_time, close_time }) => day_of_week === day && isIn(open_time, close_time),
  )
}

function localOf(at: number, timeZone: string): { date: string; day: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    day: part('weekday').toUpperCase(),
    time: `${part('hour')}${part('minute')}`,
  }
}
