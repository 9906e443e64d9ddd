import type { Fact } from './fact.ts'

export const measures = ['received', 'accepted', 'sent', 'delivered', 'read', 'failed'] as const
export type Measure = (typeof measures)[number]
export type Counts = Record<Measure, number>

export const noCounts = (): Counts => ({
  received: 0,
  accepted: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
})

/** Minutes of a rollup. */
export const grains = [15, 60] as const
export type Grain = (typeof grains)[number]
export const minuteMs = 60_000

/** The start of the rollup that a time falls into. */
export function rollupOf(at: Date, grain: Grain): Date {
  const ms = grain * minuteMs
  return new Date(Math.floor(at.getTime() / ms) * ms)
}

/**
 * When a message counts as what. A message that was read was delivered, and one that was delivered was sent, also where
 * Meta leaves the smaller word out.
 */
export function countedAt(fact: Fact): Partial<Record<Measure, Date>> {
  if (fact.direction === 'inbound') return fact.storedAt ? { received: fact.storedAt } : {}
  const delivered = fact.deliveredAt ?? fact.readAt
  const times = {
    accepted: fact.acceptedAt ?? fact.storedAt,
    sent: fact.sentAt ?? delivered,
    delivered,
    read: fact.readAt,
    failed: fact.state === 'failed' ? fact.failedAt : null,
  }
  const known = Object.entries(times).filter(([, at]) => at !== null)
  return Object.fromEntries(known) as Partial<Record<Measure, Date>>
}

/** A change of one rollup row. */
export interface RollupDelta {
  tenantId: string
  grain: Grain
  at: Date
  numberId: string
  counts: Counts
}

/** A change of one row of failures. */
export interface FailureDelta {
  tenantId: string
  grain: Grain
  at: Date
  numberId: string
  errorCode: number
  failureCode: string
  count: number
}

export interface Change {
  before: Fact | undefined
  after: Fact
}

/**
 * What changes of facts do to the sums: the difference between before and after, so that nothing can count twice
 * whatever is told again (CONTRACTS 3). Sorted by key: statements that share rows lock them in one order.
 */
export function deltasOf(changes: readonly Change[]): { rollups: RollupDelta[]; failures: FailureDelta[] } {
  const rollups = new Map<string, RollupDelta>()
  const failures = new Map<string, FailureDelta>()

  function count(fact: Fact, by: 1 | -1): void {
    const { tenantId, numberId, errorCode, failureCode } = fact
    for (const [measure, time] of Object.entries(countedAt(fact)) as [Measure, Date][]) {
      for (const grain of grains) {
        const at = rollupOf(time, grain)
        const place = { tenantId, grain, at, numberId }
        const key = `${tenantId}/${grain}/${at.toISOString()}/${numberId}`
        const row = rollups.get(key) ?? { ...place, counts: noCounts() }
        row.counts[measure] += by
        rollups.set(key, row)
        if (measure !== 'failed') continue
        const failureKey = `${key}/${errorCode}/${failureCode}`
        const failure = failures.get(failureKey) ?? { ...place, errorCode, failureCode, count: 0 }
        failure.count += by
        failures.set(failureKey, failure)
      }
    }
  }

  for (const { before, after } of changes) {
    if (before) count(before, -1)
    count(after, 1)
  }
  return {
    rollups: sorted(rollups).filter(({ counts }) => measures.some((measure) => counts[measure] !== 0)),
    failures: sorted(failures).filter((row) => row.count !== 0),
  }
}

function sorted<T>(rows: Map<string, T>): T[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
