import type { Simulation } from '../simulation.ts'

/** Calls of an account's management edges in an hour. Source: Meta, "Rate limits". */
const callsPerHour = 5_000
const hourMs = 3_600_000

interface Hour {
  beganAt: number
  calls: number
}
const hours = new WeakMap<Simulation, Map<string, Hour>>()

/**
 * Counts a management call of an account and tells, in Meta's headers, how much of the hour's allowance is used, in percent.
 * Sends are not counted: the number's throughput governs them.
 */
export function countUsage(simulation: Simulation, accountId: string): Record<string, string> {
  const accounts = hours.get(simulation) ?? new Map<string, Hour>()
  hours.set(simulation, accounts)
  const now = simulation.now()
  const known = accounts.get(accountId)
  const hour = known && now - known.beganAt < hourMs ? known : { beganAt: now, calls: 0 }
  hour.calls++
  accounts.set(accountId, hour)
  const call_count = Math.floor((hour.calls / callsPerHour) * 100)
  const minutes = call_count >= 100 ? Math.ceil((hour.beganAt + hourMs - now) / 60_000) : 0
  const used = { call_count, total_cputime: call_count, total_time: call_count }
  return {
    'x-app-usage': JSON.stringify(used),
    'x-business-use-case-usage': JSON.stringify({
      [accountId]: [{ type: 'whatsapp', ...used, estimated_time_to_regain_access: minutes }],
    }),
  }
}

/** Whether the hour's allowance is used up: 80007. */
export function isOverUsed(simulation: Simulation, accountId: string): boolean {
  const hour = hours.get(simulation)?.get(accountId)
  return hour !== undefined && simulation.now() - hour.beganAt < hourMs && hour.calls >= callsPerHour
}
