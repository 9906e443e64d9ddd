import type { Simulation } from '../simulation.ts'
import type { GraphFailure } from './answer.ts'

const hourMs = 3_600_000

interface Hour {
  beganAt: number
  calls: number
}
const hours = new WeakMap<Simulation, Map<string, Hour>>()

/** Whose call it is. */
export interface Caller {
  accountId: string
  appId: string
}

/**
 * Counts a management call of an account and its app and tells, in Meta's headers, how much of the hour's allowances is used,
 * in percent. Sends are not counted: the number's throughput governs them. Source: Meta, "Rate limits".
 */
export function countUsage(simulation: Simulation, { accountId, appId }: Caller): Record<string, string> {
  const ofAccount = hourOf(simulation, accountId)
  const ofApp = hourOf(simulation, appId)
  ofAccount.calls++
  ofApp.calls++
  const { appCallsPerHour } = simulation.settings
  const used = shareOf(ofAccount, allowanceOf(simulation, accountId))
  const minutes = used.call_count >= 100 ? minutesLeft(simulation, ofAccount) : 0
  return {
    'x-app-usage': JSON.stringify(appCallsPerHour > 0 ? shareOf(ofApp, appCallsPerHour) : used),
    'x-business-use-case-usage': JSON.stringify({
      [accountId]: [{ type: 'whatsapp', ...used, estimated_time_to_regain_access: minutes }],
    }),
  }
}

/** The app's hour (4) or the account's (80007) is used up; undefined when neither is. */
export function usageRefusal(simulation: Simulation, { accountId, appId }: Caller): GraphFailure | undefined {
  const { appCallsPerHour } = simulation.settings
  if (appCallsPerHour > 0 && hourOf(simulation, appId).calls >= appCallsPerHour)
    return { code: 4, details: 'Application request limit reached', isTransient: true }
  if (hourOf(simulation, accountId).calls >= allowanceOf(simulation, accountId))
    return { code: 80007, details: 'The WhatsApp Business Account has reached its rate limit.' }
  return undefined
}

/** An account without a registered number has less. */
function allowanceOf({ world, settings }: Simulation, accountId: string): number {
  const isRegistered = [...world.numbers.values()].some(
    ({ wabaId, standing }) => wabaId === accountId && standing !== 'unregistered',
  )
  return isRegistered ? settings.accountCallsPerHour : settings.accountCallsPerHourUnregistered
}

function hourOf(simulation: Simulation, id: string): Hour {
  const all = hours.get(simulation) ?? new Map<string, Hour>()
  hours.set(simulation, all)
  const now = simulation.now()
  const known = all.get(id)
  const hour = known && now - known.beganAt < hourMs ? known : { beganAt: now, calls: 0 }
  all.set(id, hour)
  return hour
}

function shareOf({ calls }: Hour, allowance: number) {
  const call_count = Math.floor((calls / allowance) * 100)
  return { call_count, total_cputime: call_count, total_time: call_count }
}

const minutesLeft = (simulation: Simulation, { beganAt }: Hour) =>
  Math.ceil((beganAt + hourMs - simulation.now()) / 60_000)
